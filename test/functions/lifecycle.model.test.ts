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

type Command = fc.AsyncCommand<Model, Real>;

const command = (name: string, run: Command['run'], check: Command['check'] = () => true): Command => ({
  run,
  check,
  toString: () => name,
});
const hasRoom: Command['check'] = ({ sessions }) => sessions.size < 4;
const hasSession: Command['check'] = ({ sessions }) => sessions.size > 0;

/** A session that has just been created, in the model. */
const created = (now: number, timeout: number, maximum: number, autoRenew: boolean) => ({
  ...{ createdAt: now, lastActivity: now, renewedAt: now, count: 0 },
  ...{ timeout, maximum, autoRenew, metadata: {} },
});

const create = (timeout: number, autoRenew: boolean) =>
  command(
    `create(${timeout}, ${autoRenew})`,
    async ({ now, sessions }, real) => {
      const { status, body } = await real.host.call('CreateSession', {
        body: { agentId: AGENT_ID, userId: USER_ID, timeoutConfig: { timeoutMinutes: timeout, autoRenew } },
      });
      expect(status).toBe(201);
      const { sessionId } = body as SessionInfo;
      real.ids.push(sessionId);
      sessions.set(sessionId, created(now, timeout, Math.max(720, timeout), autoRenew));
    },
    hasRoom,
  );

/** A session that another program has stored, with any lifetime. */
const store = (timeout: number, maximum: number, autoRenew: boolean) =>
  command(
    `store(${timeout}, ${maximum}, ${autoRenew})`,
    async ({ now, sessions }, real) => {
      const sessionId = crypto.randomUUID();
      const timeoutConfig = { timeoutMinutes: timeout, maxDurationMinutes: maximum, autoRenew };
      await real.host.table.put(sessionItem({ sessionId, timeoutConfig, metadata: {} }, now));
      real.ids.push(sessionId);
      sessions.set(sessionId, created(now, timeout, maximum, autoRenew));
    },
    hasRoom,
  );

const advance = (by: number) =>
  command(`advance(${by} ms)`, async (model, real) => {
    model.now += by;
    real.host.setNow(model.now);
  });

/** To a millisecond around the expiry of a session. */
const advanceToEnd = (number: number, offset: number) =>
  command(
    `advanceToEnd(${number}, ${offset})`,
    async (model, real) => {
      const session = [...model.sessions.values()][number % model.sessions.size];
      if (session) model.now = Math.max(model.now, end(session) + offset);
      real.host.setNow(model.now);
    },
    hasSession,
  );

/**
 * Several at the same instant. Renewals, heartbeats and patches of different keys commute, so that the model
 * needs no order; one that changes a setting or deletes is not among them.
 */
const atOnce = (operations: Operation[]) =>
  command(`atOnce(${JSON.stringify(operations)})`, async (model, real) => {
    const responses = await Promise.all(operations.map((operation) => perform(real, operation)));
    const statuses = operations.map((operation) => expected(model, idOf(real, operation.which), operation));
    expect(responses.map(({ status }) => status)).toEqual(statuses);
    await compare(model, real);
  });

/** All of a user's or an agent's sessions, twice at once and while they are written: none is left. */
const deleteAll = (by: 'userId' | 'agentId', others: Operation[]) =>
  command(
    `deleteAll(${by}, ${JSON.stringify(others)})`,
    async (model, real) => {
      const query = { [by]: by === 'userId' ? USER_ID : AGENT_ID } as Record<string, string>;
      const [first, second] = await Promise.all([
        real.host.call('DeleteSessions', { query }),
        real.host.call('DeleteSessions', { query }),
        ...others.map((operation) => perform(real, operation)),
      ]);
      for (const { status } of [first, second]) expect(status).toBe(200);
      expect((await real.host.call('DeleteSessions', { query })).body).toMatchObject({ deleted: 0 });
      model.sessions.clear();
      await compare(model, real);
    },
    hasSession,
  );

/** A delete among writes: each write came before it or after it, and nothing is left. */
const deleteAmong = (number: number, writes: Operation[]) =>
  command(
    `deleteAmong(${number}, ${JSON.stringify(writes)})`,
    async (model, real) => {
      const others = writes.map((operation) => ({ ...operation, which: number }));
      const operations: Operation[] = [...others, { kind: 'delete', which: number }];
      const responses = await Promise.all(operations.map((operation) => perform(real, operation)));
      for (const { status } of responses.slice(0, -1)) expect([200, 404, 410]).toContain(status);
      const id = idOf(real, number);
      if (id !== undefined) model.sessions.delete(id);
      await compare(model, real);
    },
    hasSession,
  );

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
    fc.tuple(fc.integer({ min: 5, max: 800 }), fc.boolean()).map((one) => create(...one)),
    fc.tuple(lifetime, lifetime, fc.boolean()).map((one) => store(...one)),
    fc.integer({ min: 0, max: 40 * MINUTE }).map(advance),
    lifetime.map((minutes) => advance(minutes * MINUTE)),
    fc.tuple(which, fc.integer({ min: -1, max: 1 })).map((one) => advanceToEnd(...one)),
    single.map((operation) => atOnce([operation])),
    fc.array(write, { minLength: 2, maxLength: 5 }).map(atOnce),
    // More than five losers of a race at once may meet a 409.
    fc
      .tuple(which, fc.array(write, { maxLength: 2 }), value, value)
      .map(([n, writes, a, b]) => atOnce([...writes, describes(n, { a }), describes(n, { b })])),
    fc
      .tuple(fc.constantFrom('userId' as const, 'agentId' as const), fc.array(write, { maxLength: 3 }))
      .map((one) => deleteAll(...one)),
    fc.tuple(which, fc.array(write, { minLength: 1, maxLength: 3 })).map((one) => deleteAmong(...one)),
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
