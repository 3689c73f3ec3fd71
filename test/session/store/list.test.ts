import { BatchGetCommand, DynamoDBDocumentClient, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Caller } from '../../../functions/session/caller.ts';
import type { Session } from '../../../functions/session/session.ts';
import { type DocumentTable, documentTable } from '../../../functions/session/store/document-table.ts';
import type { KeySource } from '../../../functions/session/store/keys.ts';
import {
  listSessions,
  MAX_FETCHED,
  MAX_MILLISECONDS,
  MAX_SCANNED_BYTES,
  type Placement,
} from '../../../functions/session/store/list.ts';
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
const nowhere = (): DocumentTable => documentTable(environment);

const place = (placement: Placement) => vi.fn((_session: Session) => placement);

describe('a page of a user with more sessions than it may fetch', () => {
  it('ends at the bound with where the next goes on, and that one has the rest', async () => {
    const { endpoint, name, putMany, close } = await createSessionsTable();
    const table = documentTable({ ...environment, TABLE_NAME: name, DYNAMODB_ENDPOINT: endpoint });
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
  const mocked = () => mockClient(DynamoDBDocumentClient);
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
    dynamodb.on(QueryCommand).resolves({ Items: [own, moved].map(({ sessionId }) => ({ sessionId })) });
    dynamodb.on(BatchGetCommand).resolves({ Responses: { sessions: [own, moved] } });
    for (const caller of [owner, ANYONE]) {
      const offered = place('placed');
      await listSessions(nowhere(), { caller, source: byUser, limit: 5 }, offered);
      expect(offered.mock.calls).toEqual([[expect.objectContaining({ sessionId: 'own' })]]);
    }
  });
});

describe('a page of a large table', () => {
  const mocked = () => mockClient(DynamoDBDocumentClient);
  let dynamodb: ReturnType<typeof mocked>;
  beforeEach(() => {
    dynamodb = mocked();
  });
  afterEach(() => {
    dynamodb.restore();
    vi.restoreAllMocks();
  });

  const key = { sessionId: 'last' };
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
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    dynamodb.on(ScanCommand).callsFake(() => {
      now += MAX_MILLISECONDS / 2;
      return scanned(1);
    });
    expect(
      await listSessions(nowhere(), { caller: ANYONE, source: everyone, limit: 50 }, place('placed')),
    ).toBeDefined();
    expect(dynamodb.commandCalls(ScanCommand)).toHaveLength(2);
  });

  it('reads the items of its keys as they are now, and no more at once than a function has memory for', async () => {
    const keys = Array.from({ length: 100 }, (_, index) => ({ sessionId: `session-${index}` }));
    dynamodb.on(QueryCommand).resolves({ Items: keys });
    dynamodb.on(BatchGetCommand).resolves({ Responses: { sessions: [] } });
    await listSessions(nowhere(), { caller: ANYONE, source: byUser, limit: 100 }, place('placed'));
    const requests = dynamodb
      .commandCalls(BatchGetCommand)
      .map(({ args: [{ input }] }) => input.RequestItems?.['sessions']);
    expect(requests.map((request) => [request?.Keys?.length, request?.ConsistentRead])).toEqual([
      [50, true],
      [50, true],
    ]);
  });
});
