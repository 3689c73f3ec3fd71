import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALL_DEADLINE_MS, MAX_ATTEMPTS } from '../../../../functions/aws/deadlines.ts';
import { SessionNotFound } from '../../../../functions/session/errors.ts';
import { deleteSession } from '../../../../functions/session/store/delete.ts';
import { getSession } from '../../../../functions/session/store/get.ts';
import { MalformedItem } from '../../../../functions/session/store/item.ts';
import type { SessionReference } from '../../../../functions/session/store/table.ts';
import {
  MAX_KEY_BYTES,
  type SessionsTable,
  sessionsTable,
} from '../../../../functions/session/store/table.ts';
import { updateSession } from '../../../../functions/session/store/update.ts';
import { FUNCTION_TIMEOUT_SECONDS } from '../../../../infra/lambda/service-function.ts';
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
    expect(await getSession(sessions, { sessionId: 'found', caller: ANYONE })).toMatchObject({
      sessionId: 'found',
      metadata,
      renewalCount: 3,
    });
  });

  it('finds nothing where there is nothing', async () => {
    const nobody = { sessionId: 'nobody', caller: ANYONE };
    await expect(getSession(sessions, nobody)).rejects.toThrow(SessionNotFound);
  });

  it('sees a change at once', async () => {
    await table.put(sessionItem({ sessionId: 'changing', renewalCount: 0 }));
    await getSession(sessions, { sessionId: 'changing', caller: ANYONE });
    await table.put(sessionItem({ sessionId: 'changing', renewalCount: 1 }));
    expect(await getSession(sessions, { sessionId: 'changing', caller: ANYONE })).toMatchObject({
      renewalCount: 1,
    });
  });

  it.each([
    ['one character', 'x'],
    ['Unicode', 'sësşion-会话-🗝️'],
    ['what URLs and JSON quote', ' /?#%25"\\\n\u0000'],
    ['as many bytes as a key may have', 'x'.repeat(MAX_KEY_BYTES)],
    ['as many bytes as a key may have, in Unicode', 'é'.repeat(MAX_KEY_BYTES / 2)],
    ['a name that objects inherit', '__proto__'],
  ])('finds a session whose id is %s', async (_what, sessionId) => {
    await table.put(sessionItem({ sessionId }));
    expect(await getSession(sessions, { sessionId: sessionId, caller: ANYONE })).toMatchObject({
      sessionId,
    });
  });

  it('says which attribute of a corrupt item is wrong', async () => {
    await table.put(sessionItem({ sessionId: 'corrupt', lastActivity: 'just now' }));
    const error = await getSession(sessions, { sessionId: 'corrupt', caller: ANYONE }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(MalformedItem);
    expect(error).toMatchObject({ fields: { attribute: 'lastActivity' } });
  });

  it('fills in the defaults of its environment', async () => {
    await table.put(sessionItem({ sessionId: 'defaults', timeoutConfig: {} }));
    const own = sessionsTable({
      TABLE_NAME: table.name,
      DYNAMODB_ENDPOINT: table.endpoint,
      SESSION_DEFAULT_TIMEOUT_MINUTES: '45',
    });
    expect(await getSession(own, { sessionId: 'defaults', caller: ANYONE })).toMatchObject({
      timeoutConfig: { timeoutMinutes: 45 },
    });
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

describe.concurrent('a DynamoDB that does not serve', () => {
  const dripFeed = (socket: Socket) => {
    socket.write(
      'HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 100000\r\n\r\n',
    );
    const drip = setInterval(() => socket.write(' '), 200);
    socket.on('close', () => clearInterval(drip));
  };

  it.for([
    ['never answers', () => {}, MAX_ATTEMPTS],
    ['sends its answer byte by byte, for ever', dripFeed, 1],
    ['closes every connection', (socket: Socket) => socket.destroy(), MAX_ATTEMPTS],
  ] satisfies [string, (socket: Socket) => void, number][])(
    'is given up on before the function times out: one that %s',
    { timeout: FUNCTION_TIMEOUT_SECONDS * 1000 },
    async ([_what, onRequest, attempts], { expect }) => {
      const server = await startFaultyServer(onRequest);
      try {
        const sessions = sessionsTable({ TABLE_NAME: 'sessions', DYNAMODB_ENDPOINT: server.endpoint });
        await expect(getSession(sessions, { sessionId: 'any', caller: ANYONE })).rejects.toThrow();
        expect(server.requests()).toBe(attempts);
      } finally {
        await server.close();
      }
    },
  );

  it('leaves the function half of its time', ({ expect }) => {
    expect(2 * CALL_DEADLINE_MS).toBeLessThanOrEqual(FUNCTION_TIMEOUT_SECONDS * 1000);
  });
});

describe('a caller who is nobody', () => {
  it.each([
    ['find', (table: SessionsTable, reference: SessionReference) => getSession(table, reference)],
    ['delete', (table: SessionsTable, reference: SessionReference) => deleteSession(table, reference)],
    [
      'change',
      (table: SessionsTable, reference: SessionReference) =>
        updateSession(table, reference, (session) => session),
    ],
  ])('does not %s any session, nor asks for it', async (_what, operation) => {
    const environment = {
      TABLE_NAME: 'sessions',
      AWS_REGION: 'us-east-1',
      DYNAMODB_ENDPOINT: 'http://127.0.0.1:1',
    };
    // A call would be refused by the port and reject.
    const reference = { sessionId: 'session-1', caller: { kind: 'nobody' } } as const;
    await expect(operation(sessionsTable(environment), reference)).rejects.toThrow(SessionNotFound);
  });
});
