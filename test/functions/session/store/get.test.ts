import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SessionNotFound } from '../../../../functions/session/errors.ts';
import { deleteSession } from '../../../../functions/session/store/delete.ts';
import { getSession } from '../../../../functions/session/store/get.ts';
import { MalformedItem } from '../../../../functions/session/store/item.ts';
import {
  MAX_KEY_BYTES,
  type SessionsTable,
  sessionsTable,
} from '../../../../functions/session/store/table.ts';
import { updateSession } from '../../../../functions/session/store/update.ts';
import { startFaultyServer } from '../../../support/faulty-server.ts';
import { sessionItem } from '../../../support/session-item.ts';
import { createSessionsTable, type TestTable } from '../../../support/sessions-table.ts';

const ANYONE = { kind: 'anyone' } as const;

describe('the store on a DynamoDB engine', () => {
  let table: TestTable;
  let sessions: SessionsTable;
  beforeAll(async () => {
    table = await createSessionsTable();
    sessions = sessionsTable({ TABLE_NAME: table.name, DYNAMODB_ENDPOINT: table.endpoint });
  });
  afterAll(() => table.close());

  it('finds what was put, with the types that it was put with', async () => {
    const metadata = { text: 'å', number: 1.5, list: [1, 'a', null, true], nested: { deep: {} } };
    await table.put(sessionItem({ sessionId: 'found', metadata, renewalCount: 3 }));
    const found = await getSession(sessions, { sessionId: 'found', caller: ANYONE });
    expect(found).toMatchObject({ sessionId: 'found', metadata, renewalCount: 3 });
  });

  it('says which attribute of a corrupt item is wrong', async () => {
    await table.put(sessionItem({ sessionId: 'corrupt', lastActivity: 'just now' }));
    const reading = getSession(sessions, { sessionId: 'corrupt', caller: ANYONE });
    await expect(reading).rejects.toMatchObject({
      name: MalformedItem.name,
      fields: { attribute: 'lastActivity' },
    });
  });

  it('fills in the defaults of its environment', async () => {
    await table.put(sessionItem({ sessionId: 'defaults', timeoutConfig: {} }));
    const environment = { TABLE_NAME: table.name, DYNAMODB_ENDPOINT: table.endpoint };
    const own = sessionsTable({ ...environment, SESSION_DEFAULT_TIMEOUT_MINUTES: '45' });
    const { timeoutConfig } = await getSession(own, { sessionId: 'defaults', caller: ANYONE });
    expect(timeoutConfig.timeoutMinutes).toBe(45);
  });
});

describe('the store without a table', () => {
  it('names the variable that is missing', async () => {
    await expect(getSession(sessionsTable({}), { sessionId: 'any', caller: ANYONE })).rejects.toThrow(
      'TABLE_NAME is not set',
    );
  });
});

describe('an id that no item can have', () => {
  it.each([
    ['empty', ''],
    ['a byte longer than a key', 'x'.repeat(MAX_KEY_BYTES + 1)],
    ['a byte longer than a key in Unicode', `${'é'.repeat(MAX_KEY_BYTES / 2)}x`],
    ['half of a surrogate pair', '\ud83d'],
  ])('costs no call to DynamoDB: %s', async (_what, sessionId) => {
    const server = await startFaultyServer((socket) => socket.destroy());
    try {
      const sessions = sessionsTable({ TABLE_NAME: 'sessions', DYNAMODB_ENDPOINT: server.endpoint });
      await expect(getSession(sessions, { sessionId, caller: ANYONE })).rejects.toThrow(SessionNotFound);
      expect(server.requests()).toBe(0);
    } finally {
      await server.close();
    }
  });
});

describe('a caller who is nobody', () => {
  it.each([
    ['find', getSession],
    ['delete', deleteSession],
    ['change', (...args: Parameters<typeof getSession>) => updateSession(...args, (session) => session)],
  ])('does not %s any session, nor asks for it', async (_what, operation) => {
    const environment = { TABLE_NAME: 'sessions', DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' };
    // A call would be refused by the port and reject.
    const reference = { sessionId: 'session-1', caller: { kind: 'nobody' } } as const;
    await expect(operation(sessionsTable(environment), reference)).rejects.toThrow(SessionNotFound);
  });
});
