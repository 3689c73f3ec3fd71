import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { OptimisticLockError, SessionExpired } from '../../../../functions/session/errors.ts';
import { renew as renewStep } from '../../../../functions/session/lifecycle.ts';
import { getSession } from '../../../../functions/session/store/get.ts';
import { type SessionsTable, sessionsTable } from '../../../../functions/session/store/table.ts';
import { updateSession } from '../../../../functions/session/store/update.ts';
import { type DynamoDBProxy, startDynamoDBProxy } from '../../../support/dynamodb-proxy.ts';
import { MINUTE, sessionItem } from '../../../support/session-item.ts';
import { createSessionsTable, type TestTable } from '../../../support/sessions-table.ts';

const ANYONE = { kind: 'anyone' } as const;

const NOON = Date.UTC(2026, 2, 2, 12);

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
  updateSession(on, { sessionId, caller: ANYONE }, renewStep);
const readCount = async (sessionId: string) =>
  (await getSession(undisturbed, { sessionId, caller: ANYONE })).renewalCount;

describe('an update whose response is lost', () => {
  it.each([0, 1, 4, 15])(
    'is made once, also when %d others have updated the session before it is sent again',
    async (others) => {
      const sessionId = `overtaken-${others}`;
      await table.put(sessionItem({ sessionId }));
      const { reached, release } = dynamodb.hold('UpdateItem', 'after');
      const update = renew(sessions, sessionId);
      await reached;
      for (let other = 0; other < others; other += 1) await renew(undisturbed, sessionId);
      release('is lost');
      await update;
      expect(await readCount(sessionId)).toBe(1 + others);
    },
  );
});

describe('an update that arrives after the session has expired', () => {
  afterEach(() => void vi.useRealTimers());

  it('is given up, and brings nothing back', async () => {
    await table.put(sessionItem({ sessionId: 'late' }, NOON));
    const expiry = NOON + 30 * MINUTE;
    vi.useFakeTimers({ toFake: ['Date'], now: expiry - 1 });
    const { reached, release } = dynamodb.hold('UpdateItem', 'before');
    const update = renew(sessions, 'late');
    const rejected = expect(update).rejects.toThrow(SessionExpired);
    await reached;
    vi.setSystemTime(expiry);
    await rejected;
    release('is lost');
    expect(await readCount('late')).toBe(0);
  });
});

describe('an update that others always overtake', () => {
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
