import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LATEST_WRITE_MS, REQUEST_TIMEOUT_MS } from '../../../functions/aws/deadlines.ts';
import { renew as renewStep } from '../../../functions/session/lifecycle.ts';
import { changeSession, OptimisticLockError } from '../../../functions/session/store/change.ts';
import { findSession } from '../../../functions/session/store/find.ts';
import { type SessionsTable, sessionsTable } from '../../../functions/session/store/table.ts';
import { computeTiming } from '../../../functions/session/timing.ts';
import { type DynamoDBProxy, startDynamoDBProxy } from '../../support/dynamodb-proxy.ts';
import { MINUTE, sessionItem } from '../../support/session-item.ts';
import { createSessionsTable, type TestTable } from '../../support/sessions-table.ts';

const ANYONE = { kind: 'anyone' } as const;

/** Longer than the client waits for an answer before it sends the request again. */
const TOO_LATE_MS = REQUEST_TIMEOUT_MS + 300;

let table: TestTable;
let dynamodb: DynamoDBProxy;
let sessions: SessionsTable;
let undisturbed: SessionsTable;
beforeAll(async () => {
  table = await createSessionsTable();
  dynamodb = await startDynamoDBProxy(table.endpoint);
  const environment = { TABLE_NAME: table.name, AWS_REGION: 'us-east-1' };
  sessions = sessionsTable({ ...environment, DYNAMODB_ENDPOINT: dynamodb.endpoint });
  undisturbed = sessionsTable({ ...environment, DYNAMODB_ENDPOINT: table.endpoint });
});
afterAll(async () => {
  await dynamodb.close();
  await table.close();
});

const renew = (on: SessionsTable, sessionId: string) =>
  changeSession(on, { sessionId, caller: ANYONE }, (session) => renewStep(session, Date.now()));
const readCount = async (sessionId: string) =>
  (await findSession(undisturbed, { sessionId, caller: ANYONE }))?.renewalCount;

describe('a change whose answer is lost', () => {
  it('is made once', async () => {
    await table.put(sessionItem({ sessionId: 'lost' }));
    dynamodb.hold('UpdateItem', TOO_LATE_MS, 'after');
    expect(await renew(sessions, 'lost')).toMatchObject({ renewalCount: 1 });
    expect(await readCount('lost')).toBe(1);
  });

  it.each([1, 4, 15])(
    'is made once, also when %d others have changed the session before it is sent again',
    async (others) => {
      const sessionId = `overtaken-${others}`;
      await table.put(sessionItem({ sessionId }));
      dynamodb.hold('UpdateItem', TOO_LATE_MS, 'after');
      const change = renew(sessions, sessionId);
      await delay(REQUEST_TIMEOUT_MS / 2);
      for (let other = 0; other < others; other += 1) await renew(undisturbed, sessionId);
      expect(await change).toMatchObject({ renewalCount: 1 + others });
      expect(await readCount(sessionId)).toBe(1 + others);
    },
  );
});

describe('a change that arrives after the session has expired', () => {
  it('is given up, and brings nothing back', async () => {
    const remaining = 200;
    const createdAt = Date.now() - 30 * MINUTE + remaining;
    await table.put(sessionItem({ sessionId: 'late' }, createdAt));
    dynamodb.hold('UpdateItem', 2 * (remaining + LATEST_WRITE_MS), 'before');
    const change = changeSession(sessions, { sessionId: 'late', caller: ANYONE }, (session) => {
      if (computeTiming(session, Date.now()).isExpired) throw new Error('expired');
      return renewStep(session, Date.now());
    });
    await expect(change).rejects.toThrow('expired');
  });
});

describe('a change that others always overtake', () => {
  it('says so, and has changed nothing', async () => {
    await table.put(sessionItem({ sessionId: 'busy' }));
    dynamodb.fail('ConditionalCheckFailedException', ['UpdateItem']);
    const random = vi.spyOn(Math, 'random');
    await expect(renew(sessions, 'busy')).rejects.toBeInstanceOf(OptimisticLockError);
    // One wait before each further round, and as many rounds as there may be.
    expect(random.mock.calls.length).toBeGreaterThanOrEqual(12);
    random.mockRestore();
    dynamodb.fail(undefined);
    expect(await readCount('busy')).toBe(0);
  });
});
