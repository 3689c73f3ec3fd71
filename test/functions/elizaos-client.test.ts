/**
 * elizaOS's own client against the local host. Its JavaScript imports nothing of @elizaos/core, its only
 * dependency (160 MB installed), so package.json's `overrides` put a small package in that place.
 */
import * as elizaos from '@elizaos/api-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestHost } from '../support/hosts.ts';
import { AGENT_ID, MINUTE, sessionItem, USER_ID } from '../support/session-item.ts';
import { tableAt } from '../support/sessions-table.ts';

/** What is used of the client; its own declarations do not resolve under Node's module rules. */
interface ClientModule {
  ElizaClient: new (config: { baseUrl: string; apiKey?: string }) => Client;
  ApiError: new (code: string, message: string, details?: string, status?: number) => Error;
}

interface Client {
  sessions: {
    createSession(request: object): Promise<{ sessionId: string }>;
    getSession(sessionId: string): Promise<{ sessionId: string }>;
    deleteSession(sessionId: string): Promise<unknown>;
    listSessions(): Promise<{ sessions: { sessionId: string }[]; total: number }>;
    checkHealth(): Promise<unknown>;
    sendMessage(sessionId: string, message: object): Promise<unknown>;
    sendMessageSync(sessionId: string, message: object): Promise<unknown>;
    getMessages(sessionId: string): Promise<unknown>;
  };
}

const { ElizaClient, ApiError } = elizaos as unknown as ClientModule;

let started: Awaited<ReturnType<typeof startTestHost>>;
let client: Client;
beforeAll(async () => {
  started = await startTestHost();
  client = new ElizaClient({ baseUrl: started.host.url });
});
afterAll(() => started.close());

/** The ApiError that a call fails with. */
async function catchApiError(call: Promise<unknown>): Promise<Error> {
  const thrown = await call.catch((error: unknown) => error);
  if (!(thrown instanceof ApiError)) throw new Error('The call did not fail with an ApiError');
  return thrown;
}

describe('@elizaos/api-client', () => {
  it('reads a session', async () => {
    const session = { sessionId: 'fresh', isNearExpiration: false, timeoutConfig: { timeoutMinutes: 30 } };
    expect(await client.sessions.getSession('fresh')).toMatchObject(session);
  });

  it('creates a session, finds it among all, and deletes it', async () => {
    const timeouts = { timeoutMinutes: 60, maxDurationMinutes: 120, warningThresholdMinutes: 5 };
    const created = await client.sessions.createSession({
      ...{ agentId: AGENT_ID, userId: USER_ID, metadata: { platform: 'web' } },
      timeoutConfig: { ...timeouts, autoRenew: true },
    });
    expect(created).toMatchObject({ agentId: AGENT_ID, metadata: { platform: 'web' }, renewalCount: 0 });
    const { sessions, total } = await client.sessions.listSessions();
    expect(sessions.map(({ sessionId }) => sessionId)).toContain(created.sessionId);
    expect(total).toBe(sessions.length);
    await client.sessions.deleteSession(created.sessionId);
    expect(await catchApiError(client.sessions.getSession(created.sessionId))).toMatchObject({ status: 404 });
  });

  it('lists the live sessions of a table whose sessions have nearly all ended', async () => {
    const { dynamodb, stack } = started.host;
    const table = tableAt(dynamodb.endpoint, stack.tables[0]?.name ?? '');
    const item = (age: number) => sessionItem({ sessionId: crypto.randomUUID() }, Date.now() - age);
    const alive = Array.from({ length: 20 }, () => item(0));
    await table.putMany([...Array.from({ length: 3000 }, () => item(2 * 60 * MINUTE)), ...alive]);
    const { sessions } = await client.sessions.listSessions();
    const listed = sessions.map(({ sessionId }) => sessionId);
    expect(listed).toEqual(expect.arrayContaining(alive.map(({ sessionId }) => sessionId)));
  });

  it.each([
    ['sendMessage', { content: 'hello' }],
    ['sendMessageSync', { content: 'hello' }],
    ['getMessages', {}],
  ] as const)('throws for %s that messages are not served here', async (method, argument) => {
    const error = await catchApiError(client.sessions[method]('fresh', argument));
    expect(error).toMatchObject({ status: 405, code: 'MESSAGES_NOT_SERVED' });
  });

  it('throws the message that names the field of a request that is not valid', async () => {
    const creating = client.sessions.createSession({ agentId: 'eliza', userId: USER_ID });
    const error = { status: 400, code: 'VALIDATION_ERROR', message: 'agentId must be a UUID' };
    expect(await catchApiError(creating)).toMatchObject(error);
  });

  it('asks for the health of the service', async () => {
    expect(await client.sessions.checkHealth()).toMatchObject({
      status: 'healthy',
      activeSessions: expect.any(Number),
      timestamp: expect.any(String),
      uptime: expect.any(Number),
    });
  });

  it('throws our code, message and details for a session that does not exist', async () => {
    expect(await catchApiError(client.sessions.getSession('nobody'))).toMatchObject({
      status: 404,
      code: 'SESSION_NOT_FOUND',
      message: 'Session not found',
      details: 'It never existed, or it expired and was purged.',
    });
  });

  it('throws our code, message and details for a session that has expired', async () => {
    expect(await catchApiError(client.sessions.getSession('expired'))).toMatchObject({
      status: 410,
      code: 'SESSION_EXPIRED',
      message: 'Session has expired',
      details: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/),
    });
  });

  it('is let in with its key to an API with keys, and throws the rejection without a good one', async () => {
    const closed = await startTestHost({ access: 'api-key' });
    try {
      const baseUrl = closed.host.url;
      const apiKey = closed.host.access.caller.headers['x-api-key'] ?? '';
      const reading = (config: object) =>
        new ElizaClient({ baseUrl, ...config }).sessions.getSession('fresh');
      expect(await reading({ apiKey })).toMatchObject({ sessionId: 'fresh' });
      expect(await catchApiError(reading({}))).toMatchObject({ status: 401 });
      expect(await catchApiError(reading({ apiKey: 'wrong' }))).toMatchObject({ status: 403 });
    } finally {
      await closed.close();
    }
  });
});
