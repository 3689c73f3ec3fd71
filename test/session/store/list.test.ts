import { BatchGetItemCommand, DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Caller } from '../../../functions/session/caller.ts';
import type { Session } from '../../../functions/session/session.ts';
import type { KeySource } from '../../../functions/session/store/keys.ts';
import {
  listSessions,
  MAX_FETCHED,
  MAX_MILLISECONDS,
  MAX_SCANNED_BYTES,
  type Placement,
} from '../../../functions/session/store/list.ts';
import { type SessionsTable, sessionsTable } from '../../../functions/session/store/table.ts';
import { AGENT_ID, sessionItem, USER_ID } from '../../support/session-item.ts';
import { createSessionsTable } from '../../support/sessions-table.ts';

const ANYONE = { kind: 'anyone' } as const;
const byUser: KeySource = { kind: 'index', attribute: 'userId', value: USER_ID };
const everyone: KeySource = { kind: 'table', status: 'all', now: Date.now() };
const environment = {
  TABLE_NAME: 'sessions',
  AWS_REGION: 'us-east-1',
  DYNAMODB_ENDPOINT: 'http://127.0.0.1:1',
};
const nowhere = (): SessionsTable => sessionsTable(environment);

const place = (placement: Placement) => vi.fn((_session: Session) => placement);

describe('a page of a user with more sessions than it may fetch', () => {
  it('ends at the bound with where the next goes on, and that one has the rest', async () => {
    const { endpoint, name, putMany, close } = await createSessionsTable();
    const table = sessionsTable({ ...environment, TABLE_NAME: name, DYNAMODB_ENDPOINT: endpoint });
    const items = Array.from({ length: MAX_FETCHED + 30 }, (_, index) =>
      sessionItem({ sessionId: `session-${index}` }, Date.now() - index * 1000),
    );
    await putMany(items);
    const seen: string[] = [];
    const skip = ({ sessionId }: { sessionId: string }): Placement =>
      seen.push(sessionId) > 0 ? 'skipped' : 'placed';
    const next = await listSessions(table, { caller: ANYONE, source: byUser, limit: 70 }, skip);
    expect(seen).toHaveLength(MAX_FETCHED);
    expect(next).toBeDefined();
    expect(
      await listSessions(
        table,
        { caller: ANYONE, source: byUser, limit: 70, ...(next && { after: next }) },
        skip,
      ),
    ).toBeUndefined();
    expect(seen).toEqual(items.map(({ sessionId }) => sessionId));
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
    const offered = place('placed');
    expect(await listSessions(nowhere(), { caller, source, limit: 5 }, offered)).toBeUndefined();
    expect(offered).not.toHaveBeenCalled();
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
      const offered = place('placed');
      await listSessions(nowhere(), { caller, source: byUser, limit: 5 }, offered);
      expect(offered.mock.calls).toEqual([[expect.objectContaining({ sessionId: 'own' })]]);
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
    ['that say what they read', 64, MAX_SCANNED_BYTES / (64 * 8192)],
    ['that do not', undefined, MAX_SCANNED_BYTES / 2 ** 20],
  ])('ends when as much is scanned as may be, in calls %s', async (_what, units, calls) => {
    dynamodb.on(ScanCommand).resolves(scanned(units));
    const next = await listSessions(
      nowhere(),
      { caller: ANYONE, source: everyone, limit: 50 },
      place('placed'),
    );
    expect(next).toEqual({ sessionId: 'last' });
    expect(dynamodb.commandCalls(ScanCommand)).toHaveLength(calls);
  });

  it('reads little first, and more with each call', async () => {
    dynamodb.on(ScanCommand).resolves(scanned(128));
    await listSessions(nowhere(), { caller: ANYONE, source: everyone, limit: 50 }, place('placed'));
    const limits = dynamodb.commandCalls(ScanCommand).map(({ args: [{ input }] }) => input.Limit);
    expect(limits.slice(0, 3)).toEqual([51, 201, 801]);
  });

  it('ends when its time is up', async () => {
    let now = 0;
    vi.spyOn(process, 'uptime').mockImplementation(() => now / 1000);
    dynamodb.on(ScanCommand).callsFake(() => {
      now += MAX_MILLISECONDS / 2;
      return scanned(1);
    });
    expect(
      await listSessions(nowhere(), { caller: ANYONE, source: everyone, limit: 50 }, place('placed')),
    ).toBeDefined();
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
      await listSessions(nowhere(), { caller: ANYONE, source: byUser, limit: 100 }, place('placed'));
      expect(read().map((request) => request?.Keys?.length)).toEqual(sizes);
      for (const request of read()) expect(request?.ConsistentRead).toBe(true);
    },
  );

  it('gives what it has when a throttled table answers no more, and fails when it has nothing', async () => {
    let now = 0;
    vi.spyOn(process, 'uptime').mockImplementation(() => now / 1000);
    dynamodb.on(QueryCommand).resolves({ Items: keys(10) });
    const item = (id: string) => marshall(sessionItem({ sessionId: id }));
    dynamodb.on(BatchGetItemCommand).callsFake(({ RequestItems }) => {
      now += MAX_MILLISECONDS / 4;
      const [first, ...rest] = RequestItems.sessions.Keys;
      const isFirst = first.sessionId.S === 'session-0';
      return {
        Responses: { sessions: isFirst ? [item('session-0')] : [] },
        UnprocessedKeys: { sessions: { Keys: isFirst ? rest : [first, ...rest] } },
      };
    });
    const page = { caller: ANYONE, source: byUser, limit: 10 } as const;
    const offered = place('placed');
    expect(await listSessions(nowhere(), page, offered)).toEqual({ sessionId: 'session-0' });
    expect(offered).toHaveBeenCalledOnce();
    now = 0;
    dynamodb.on(QueryCommand).resolves({ Items: keys(10).slice(1) });
    await expect(listSessions(nowhere(), page, offered)).rejects.toThrow(
      'DynamoDB answered none of the items',
    );
  });
});
