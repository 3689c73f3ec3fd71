import { BatchGetItemCommand, DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Caller } from '../../../../functions/session/caller.ts';
import { Budget } from '../../../../functions/session/store/budget.ts';
import { type ListRequest, listSessions, PAGE_BUDGET } from '../../../../functions/session/store/list.ts';
import type { KeySource, PageKey } from '../../../../functions/session/store/query.ts';
import { type SessionsTable, sessionsTable } from '../../../../functions/session/store/table.ts';
import { AGENT_ID, sessionItem, USER_ID } from '../../../support/session-item.ts';
import { createSessionsTable } from '../../../support/sessions-table.ts';

const ANYONE = { kind: 'anyone' } as const;
const byUser: KeySource = { kind: 'index', attribute: 'userId', value: USER_ID };
const everyone: KeySource = { kind: 'table', status: 'all', now: Date.now() };
const environment = {
  TABLE_NAME: 'sessions',
  AWS_REGION: 'us-east-1',
  DYNAMODB_ENDPOINT: 'http://127.0.0.1:1',
};
const nowhere = (): SessionsTable => sessionsTable(environment);

/** Steps through a list to the end of its budget. */
async function walk(table: SessionsTable, request: ListRequest, budget?: Budget) {
  const ids: string[] = [];
  let next: PageKey | undefined = request.after;
  for await (const step of listSessions(table, request, budget)) {
    if (step.session) ids.push(step.session.sessionId);
    next = step.next;
  }
  return { ids, next };
}

describe('a list of a user with more sessions than it may fetch', () => {
  it('ends at the bound with where the next page starts, and that one has the rest', async () => {
    const { endpoint, name, putMany, close } = await createSessionsTable();
    const table = sessionsTable({ ...environment, TABLE_NAME: name, DYNAMODB_ENDPOINT: endpoint });
    const items = Array.from({ length: PAGE_BUDGET.items + 30 }, (_, index) =>
      sessionItem({ sessionId: `session-${index}` }, Date.now() - index * 1000),
    );
    await putMany(items);
    const page = { caller: ANYONE, source: byUser, limit: 70 };
    const first = await walk(table, page);
    expect(first.ids).toHaveLength(PAGE_BUDGET.items);
    const second = await walk(table, { ...page, after: first.next });
    expect(second.next).toBeUndefined();
    expect([...first.ids, ...second.ids]).toEqual(items.map(({ sessionId }) => sessionId));
    await close();
  });

  it.each([
    { items: 0, bytes: 0, milliseconds: 0 },
    { items: 0, milliseconds: 60_000 },
    { items: 0.5, milliseconds: 60_000 },
    { items: 1, bytes: 1, milliseconds: 60_000 },
    { items: -1, bytes: -1, milliseconds: -1 },
  ])('ends with any budget, and its pages have every session once: %j', async (limits) => {
    const { endpoint, name, putMany, close } = await createSessionsTable();
    const table = sessionsTable({ ...environment, TABLE_NAME: name, DYNAMODB_ENDPOINT: endpoint });
    const items = Array.from({ length: 12 }, (_, index) =>
      sessionItem({ sessionId: `session-${index}` }, Date.now() - index * 1000),
    );
    await putMany(items);
    for (const source of [byUser, everyone]) {
      const seen: string[] = [];
      let after: PageKey | undefined;
      for (let page = 0; page === 0 || after; page += 1) {
        expect(page).toBeLessThan(40);
        const request = { caller: ANYONE, source, limit: 2, after };
        const { ids, next }: Awaited<ReturnType<typeof walk>> = await walk(
          table,
          request,
          new Budget(limits),
        );
        seen.push(...ids);
        after = next;
      }
      expect(seen.sort()).toEqual(items.map(({ sessionId }) => sessionId).sort());
    }
    await close();
  });
});

describe('whose sessions a list has', () => {
  const owner: Caller = { kind: 'owner', userId: USER_ID };
  const mocked = () => mockClient(DynamoDBClient);
  let dynamodb: ReturnType<typeof mocked>;
  beforeEach(() => {
    dynamodb = mocked();
  });
  afterEach(() => dynamodb.restore());

  it.each([
    ['nobody, of a user', { kind: 'nobody' }, byUser],
    ['nobody, of everyone', { kind: 'nobody' }, everyone],
    ['an owner, of everyone', owner, everyone],
    ['an owner, of an agent', owner, { kind: 'index', attribute: 'agentId', value: AGENT_ID }],
    [
      'an owner, of an agent with their own id',
      owner,
      { kind: 'index', attribute: 'agentId', value: USER_ID },
    ],
    ['an owner, of another', owner, { kind: 'index', attribute: 'userId', value: AGENT_ID }],
  ] as [string, Caller, KeySource][])('has none for %s, and reads none', async (_what, caller, source) => {
    expect(await walk(nowhere(), { caller, source, limit: 5 })).toEqual({ ids: [], next: undefined });
    expect(dynamodb.calls()).toEqual([]);
  });

  it("leaves out an item that has become another's since the index was written", async () => {
    const [own, moved] = [
      sessionItem({ sessionId: 'own' }),
      sessionItem({ sessionId: 'moved', userId: AGENT_ID }),
    ];
    dynamodb
      .on(QueryCommand)
      .resolves({ Items: [marshall({ sessionId: 'own' }), marshall({ sessionId: 'moved' })] });
    dynamodb.on(BatchGetItemCommand).resolves({ Responses: { sessions: [marshall(own), marshall(moved)] } });
    for (const caller of [owner, ANYONE]) {
      expect((await walk(nowhere(), { caller, source: byUser, limit: 5 })).ids).toEqual(['own']);
    }
  });
});

describe('a page of a large table', () => {
  const mocked = () => mockClient(DynamoDBClient);
  let dynamodb: ReturnType<typeof mocked>;
  beforeEach(() => {
    dynamodb = mocked();
  });
  afterEach(() => {
    dynamodb.restore();
    vi.restoreAllMocks();
  });

  const key = { sessionId: { S: 'last' } };
  const scanned = (CapacityUnits?: number) => ({
    Items: [],
    LastEvaluatedKey: key,
    ...(CapacityUnits !== undefined && { ConsumedCapacity: { CapacityUnits } }),
  });

  it.each([
    ['that say what they read', 64, PAGE_BUDGET.bytes / (64 * 8192)],
    ['that do not', undefined, PAGE_BUDGET.bytes / 2 ** 20],
  ])('ends when as much is scanned as may be, in calls %s', async (_what, units, calls) => {
    dynamodb.on(ScanCommand).resolves(scanned(units));
    const { next } = await walk(nowhere(), { caller: ANYONE, source: everyone, limit: 50 });
    expect(next).toEqual({ sessionId: 'last' });
    expect(dynamodb.commandCalls(ScanCommand)).toHaveLength(calls);
  });

  it('reads little first, and more with each call', async () => {
    dynamodb.on(ScanCommand).resolves(scanned(128));
    await walk(nowhere(), { caller: ANYONE, source: everyone, limit: 50 });
    const limits = dynamodb.commandCalls(ScanCommand).map(({ args: [{ input }] }) => input.Limit);
    expect(limits.slice(0, 3)).toEqual([51, 201, 801]);
  });

  it('ends when its time is up', async () => {
    let now = 0;
    vi.spyOn(process, 'uptime').mockImplementation(() => now / 1000);
    dynamodb.on(ScanCommand).callsFake(() => {
      now += PAGE_BUDGET.milliseconds / 2;
      return scanned(1);
    });
    expect(await walk(nowhere(), { caller: ANYONE, source: everyone, limit: 50 })).toMatchObject({
      next: {},
    });
    expect(dynamodb.commandCalls(ScanCommand)).toHaveLength(2);
  });

  const keys = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ sessionId: { S: `session-${index}` } }));
  const read = () =>
    dynamodb
      .commandCalls(BatchGetItemCommand)
      .map(({ args: [{ input }] }) => input.RequestItems?.['sessions']);

  it.each([
    ['small', 1, [5, 20, 50, 25]],
    ['of 100 KB', 25, [5, 20, 20, 20, 20, 15]],
    ['of 400 KB', 100, [5, ...Array.from({ length: 19 }, () => 5)]],
  ])(
    'reads items that are %s as they are now, and no more at once than a function has memory for',
    async (_what, units, sizes) => {
      dynamodb.on(QueryCommand).resolves({ Items: keys(100) });
      dynamodb.on(BatchGetItemCommand).callsFake(({ RequestItems }) => ({
        ConsumedCapacity: [{ CapacityUnits: units * RequestItems.sessions.Keys.length }],
        Responses: { sessions: [] },
      }));
      await walk(nowhere(), { caller: ANYONE, source: byUser, limit: 100 });
      expect(read().map((request) => request?.Keys?.length)).toEqual(sizes);
      for (const request of read()) expect(request?.ConsistentRead).toBe(true);
    },
  );

  it('gives what it has when a throttled table returns no more, and fails when it has nothing', async () => {
    let now = 0;
    vi.spyOn(process, 'uptime').mockImplementation(() => now / 1000);
    dynamodb.on(QueryCommand).resolves({ Items: keys(10) });
    const item = (id: string) => marshall(sessionItem({ sessionId: id }));
    dynamodb.on(BatchGetItemCommand).callsFake(({ RequestItems }) => {
      now += PAGE_BUDGET.milliseconds / 4;
      const [first, ...rest] = RequestItems.sessions.Keys;
      const isFirst = first.sessionId.S === 'session-0';
      return {
        Responses: { sessions: isFirst ? [item('session-0')] : [] },
        UnprocessedKeys: { sessions: { Keys: isFirst ? rest : [first, ...rest] } },
      };
    });
    const page = { caller: ANYONE, source: byUser, limit: 10 } as const;
    expect(await walk(nowhere(), page)).toEqual({ ids: ['session-0'], next: { sessionId: 'session-0' } });
    now = 0;
    dynamodb.on(QueryCommand).resolves({ Items: keys(10).slice(1) });
    await expect(walk(nowhere(), page)).rejects.toThrow('DynamoDB returned none of the requested items');
  });
});
