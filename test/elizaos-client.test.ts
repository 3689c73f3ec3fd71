/**
 * elizaOS's own client against the local host. Its JavaScript imports nothing of @elizaos/core, its only dependency
 * (160 MB installed), so package.json's `overrides` put a small package in that place.
 */
import * as elizaos from '@elizaos/api-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestHost } from './support/hosts.ts';

/** What is used of the client; its own declarations do not resolve under Node's module rules. */
interface ClientModule {
  ElizaClient: new (config: { baseUrl: string }) => Client;
  ApiError: new (code: string, message: string, details?: string, status?: number) => Error;
}

interface Client {
  sessions: { getSession(sessionId: string): Promise<unknown> };
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
async function failureOf(call: Promise<unknown>): Promise<Error> {
  const thrown = await call.catch((error: unknown) => error);
  if (!(thrown instanceof ApiError)) throw new Error('The call did not fail with an ApiError');
  return thrown;
}

describe('@elizaos/api-client', () => {
  it('reads a session', async () => {
    expect(await client.sessions.getSession('fresh')).toMatchObject({
      sessionId: 'fresh',
      isNearExpiration: false,
      timeoutConfig: { timeoutMinutes: 30 },
    });
  });

  it('throws our code, message and details for a session that does not exist', async () => {
    expect(await failureOf(client.sessions.getSession('nobody'))).toMatchObject({
      status: 404,
      code: 'SESSION_NOT_FOUND',
      message: 'Session not found',
      details: 'It never existed, or it ended and was removed.',
    });
  });

  it('throws our code, message and details for a session that has expired', async () => {
    expect(await failureOf(client.sessions.getSession('expired'))).toMatchObject({
      status: 410,
      code: 'SESSION_EXPIRED',
      message: 'Session has expired',
      details: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/),
    });
  });
});
