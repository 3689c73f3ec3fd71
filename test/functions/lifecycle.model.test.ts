/**
 * Random histories of all operations, several at a time and with a moving clock, on a DynamoDB engine and on
 * a plain model of what the operations mean. Nothing may be lost, come back or count twice.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SessionInfo } from '../../functions/http/session-info.ts';
import { type Host, startDirect } from '../support/hosts.ts';
import { type Changes, end, expected, type Model, type Operation } from '../support/lifecycle-model.ts';
import { AGENT_ID, MINUTE, sessionItem, USER_ID } from '../support/session-item.ts';

interface Real {
  host: Host;
  /** The sessions' ids in the order of their creation: the commands name them by their number. */
  ids: string[];
}

const ROUTES = {
  renew: 'RenewSession',
  heartbeat: 'HeartbeatSession',
  get: 'GetSession',
  delete: 'DeleteSession',
  patch: 'ChangeTimeout',
  describe: 'ChangeMetadata',
} as const;

function perform(real: Real, operation: Operation) {
  const sessionId = idOf(real, operation.which) ?? 'nobody';
  if (operation.kind === 'describe') {
    return real.host.call('ChangeMetadata', { sessionId, body: { metadata: operation.changes } });
  }
  if (operation.kind !== 'patch') return real.host.call(ROUTES[operation.kind], { sessionId });
  const { timeout, autoRenew, maximum } = operation.settings;
  return real.host.call('ChangeTimeout', {
    sessionId,
    body: {
      ...(timeout !== undefined && { timeoutMinutes: timeout }),
      ...(autoRenew !== undefined && { autoRenew }),
      ...(maximum !== undefined && { maxDurationMinutes: maximum }),
    },
  });
}

const idOf = ({ ids }: Real, which: number) => (ids.length === 0 ? undefined : ids[which % ids.length]);

/** Holds what the service says of every session against the model, to the millisecond. */
async function compare(model: Model, real: Real): Promise<void> {
  for (const sessionId of real.ids) {
    const { status, body } = await real.host.call('GetSession', { sessionId });
    const session = model.sessions.get(sessionId);
    if (!session) expect(status).toBe(404);
    else if (end(session) <= model.now) expect(status).toBe(410);
    else {
      expect({ status, ...(body as SessionInfo) }).toMatchObject({
        status: 200,
        expiresAt: new Date(end(session)).toISOString(),
        timeRemaining: end(session) - model.now,
        renewalCount: session.count,
        lastActivity: new Date(session.lastActivity).toISOString(),
      });
      expect((body as SessionInfo).metadata).toEqual(session.metadata);
    }
  }
}

class Create implements fc.AsyncCommand<Model, Real> {
  readonly timeout: number;
  readonly autoRenew: boolean;
  constructor(timeout: number, autoRenew: boolean) {
    this.timeout = timeout;
    this.autoRenew = autoRenew;
  }
  check = ({ sessions }: Readonly<Model>) => sessions.size < 4;
  async run(model: Model, real: Real) {
    const { timeout, autoRenew } = this;
    const { status, body } = await real.host.call('CreateSession', {
      body: { agentId: AGENT_ID, userId: USER_ID, timeoutConfig: { timeoutMinutes: timeout, autoRenew } },
    });
    expect(status).toBe(201);
    const { sessionId } = body as SessionInfo;
    real.ids.push(sessionId);
    const { now } = model;
    model.sessions.set(sessionId, {
      createdAt: now,
      lastActivity: now,
      renewedAt: now,
      count: 0,
      timeout,
      maximum: Math.max(720, timeout),
      autoRenew,
      metadata: {},
    });
  }
  toString = () => `create(${this.timeout}, ${this.autoRenew})`;
}

/** A session that another program has stored, for as long as it likes. */
class Store implements fc.AsyncCommand<Model, Real> {
  readonly timeout: number;
  readonly maximum: number;
  readonly autoRenew: boolean;
  constructor(timeout: number, maximum: number, autoRenew: boolean) {
    this.timeout = timeout;
    this.maximum = maximum;
    this.autoRenew = autoRenew;
  }
  check = ({ sessions }: Readonly<Model>) => sessions.size < 4;
  async run({ now, sessions }: Model, real: Real) {
    const { timeout, maximum, autoRenew } = this;
    const sessionId = crypto.randomUUID();
    const timeoutConfig = { timeoutMinutes: timeout, maxDurationMinutes: maximum, autoRenew };
    await real.host.table.put(sessionItem({ sessionId, timeoutConfig, metadata: {} }, now));
    real.ids.push(sessionId);
    sessions.set(sessionId, {
      ...{ createdAt: now, lastActivity: now, renewedAt: now, count: 0 },
      ...{ timeout, maximum, autoRenew, metadata: {} },
    });
  }
  toString = () => `store(${this.timeout}, ${this.maximum}, ${this.autoRenew})`;
}

class Advance implements fc.AsyncCommand<Model, Real> {
  readonly by: number;
  constructor(by: number) {
    this.by = by;
  }
  check = () => true;
  async run(model: Model, real: Real) {
    model.now += this.by;
    real.host.setNow(model.now);
  }
  toString = () => `advance(${this.by} ms)`;
}

/** To a millisecond around the end of a session. */
class AdvanceToEnd implements fc.AsyncCommand<Model, Real> {
  readonly which: number;
  readonly offset: number;
  constructor(which: number, offset: number) {
    this.which = which;
    this.offset = offset;
  }
  check = ({ sessions }: Readonly<Model>) => sessions.size > 0;
  async run(model: Model, real: Real) {
    const session = [...model.sessions.values()][this.which % model.sessions.size];
    if (session) model.now = Math.max(model.now, end(session) + this.offset);
    real.host.setNow(model.now);
  }
  toString = () => `advanceToEnd(${this.which}, ${this.offset})`;
}

class Perform implements fc.AsyncCommand<Model, Real> {
  readonly operation: Operation;
  constructor(operation: Operation) {
    this.operation = operation;
  }
  check = () => true;
  async run(model: Model, real: Real) {
    const status = expected(model, idOf(real, this.operation.which), this.operation);
    expect((await perform(real, this.operation)).status).toBe(status);
    await compare(model, real);
  }
  toString = () => JSON.stringify(this.operation);
}

/**
 * Several at the same instant. Renewals, heartbeats and patches of different keys commute, so that the model
 * needs no order; one that changes a setting or deletes is not among them.
 */
class AtOnce implements fc.AsyncCommand<Model, Real> {
  readonly operations: Operation[];
  constructor(operations: Operation[]) {
    this.operations = operations;
  }
  check = () => true;
  async run(model: Model, real: Real) {
    const answers = await Promise.all(this.operations.map((operation) => perform(real, operation)));
    const statuses = this.operations.map((operation) =>
      expected(model, idOf(real, operation.which), operation),
    );
    expect(answers.map(({ status }) => status)).toEqual(statuses);
    await compare(model, real);
  }
  toString = () => `atOnce(${JSON.stringify(this.operations)})`;
}

/** All of a user's or an agent's sessions, twice at once and while they are written: none is left. */
class DeleteAll implements fc.AsyncCommand<Model, Real> {
  readonly by: 'userId' | 'agentId';
  readonly others: Operation[];
  constructor(by: 'userId' | 'agentId', others: Operation[]) {
    this.by = by;
    this.others = others;
  }
  check = ({ sessions }: Readonly<Model>) => sessions.size > 0;
  async run(model: Model, real: Real) {
    const query = { [this.by]: this.by === 'userId' ? USER_ID : AGENT_ID } as Record<string, string>;
    const [first, second] = await Promise.all([
      real.host.call('DeleteSessions', { query }),
      real.host.call('DeleteSessions', { query }),
      ...this.others.map((operation) => perform(real, operation)),
    ]);
    for (const { status } of [first, second]) expect(status).toBe(200);
    expect((await real.host.call('DeleteSessions', { query })).body).toMatchObject({ deleted: 0 });
    model.sessions.clear();
    await compare(model, real);
  }
  toString = () => `deleteAll(${this.by}, ${JSON.stringify(this.others)})`;
}

/** A deletion among writes: each write came before it or after it, and nothing is left. */
class DeleteAmongWrites implements fc.AsyncCommand<Model, Real> {
  readonly which: number;
  readonly others: Operation[];
  constructor(which: number, others: Operation[]) {
    this.which = which;
    this.others = others.map((operation) => ({ ...operation, which }));
  }
  check = ({ sessions }: Readonly<Model>) => sessions.size > 0;
  async run(model: Model, real: Real) {
    const operations: Operation[] = [...this.others, { kind: 'delete', which: this.which }];
    const answers = await Promise.all(operations.map((operation) => perform(real, operation)));
    for (const { status } of answers.slice(0, -1)) expect([200, 404, 410]).toContain(status);
    const id = idOf(real, this.which);
    if (id !== undefined) model.sessions.delete(id);
    await compare(model, real);
  }
  toString = () => `deleteAmong(${this.which}, ${JSON.stringify(this.others)})`;
}

const which = fc.nat(3);
/** Minutes: from one to ten years, each order of magnitude as often. */
const lifetime = fc
  .double({ min: 0, max: Math.log(5_256_000), noNaN: true })
  .map((power) => Math.round(Math.exp(power)));
const write: fc.Arbitrary<Operation> = fc.record({ kind: fc.constantFrom('renew', 'heartbeat'), which });
const settings = fc.record(
  {
    timeout: fc.integer({ min: 5, max: 1440 }),
    autoRenew: fc.boolean(),
    maximum: fc.integer({ min: 5, max: 2880 }),
  },
  { requiredKeys: [] },
);
const patch: fc.Arbitrary<Operation> = fc
  .record({ kind: fc.constant('patch' as const), which, settings })
  .filter(({ settings: named }) => Object.keys(named).length > 0);
const value = fc.option(fc.integer({ min: 0, max: 2 }), { nil: null });
const describing: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constant('describe'),
  which,
  changes: fc.dictionary(fc.constantFrom('a', 'b', 'c'), value, { noNullPrototype: true }),
});
const single: fc.Arbitrary<Operation> = fc.oneof(
  write,
  patch,
  describing,
  fc.record({ kind: fc.constantFrom('get', 'delete'), which }),
);

const describes = (n: number, changes: Changes): Operation => ({ kind: 'describe', which: n, changes });

const commands = fc.commands(
  [
    fc
      .tuple(fc.integer({ min: 5, max: 800 }), fc.boolean())
      .map(([timeout, autoRenew]) => new Create(timeout, autoRenew)),
    fc
      .tuple(lifetime, lifetime, fc.boolean())
      .map(([timeout, maximum, autoRenew]) => new Store(timeout, maximum, autoRenew)),
    fc.integer({ min: 0, max: 40 * MINUTE }).map((by) => new Advance(by)),
    lifetime.map((minutes) => new Advance(minutes * MINUTE)),
    fc.tuple(which, fc.integer({ min: -1, max: 1 })).map(([n, offset]) => new AdvanceToEnd(n, offset)),
    single.map((operation) => new Perform(operation)),
    fc.array(write, { minLength: 2, maxLength: 5 }).map((operations) => new AtOnce(operations)),
    // More than five losers of a race at once may meet a 409.
    fc
      .tuple(which, fc.array(write, { maxLength: 2 }), value, value)
      .map(([n, writes, a, b]) => new AtOnce([...writes, describes(n, { a }), describes(n, { b })])),
    fc
      .tuple(fc.constantFrom('userId' as const, 'agentId' as const), fc.array(write, { maxLength: 3 }))
      .map(([by, others]) => new DeleteAll(by, others)),
    fc
      .tuple(which, fc.array(write, { minLength: 1, maxLength: 3 }))
      .map(([n, others]) => new DeleteAmongWrites(n, others)),
  ],
  { maxCommands: 25 },
);

describe('any history of operations', () => {
  let host: Awaited<ReturnType<typeof startDirect>>;
  beforeAll(async () => {
    host = await startDirect();
  });
  afterAll(() => {
    host.setNow(undefined);
    return host.close();
  });

  it('leaves the sessions that the specification says, in the state that it says', {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (history) => {
        const now = Date.UTC(2026, 2, 2, 12);
        host.setNow(now);
        await fc.asyncModelRun(
          () => ({ model: { now, sessions: new Map() }, real: { host, ids: [] } }),
          history,
        );
      }),
      { numRuns: 40 },
    );
  });
});
