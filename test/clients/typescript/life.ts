/** Calls every operation through openapi-fetch, with the types that openapi-typescript makes of openapi.yaml. */
import createClient from 'openapi-fetch';
import type { components, paths } from './generated/sessions-api.js';

type SessionInfo = components['schemas']['SessionInfo'];

/** @returns the status of each operation, by its id. */
export async function life(baseUrl: string): Promise<Record<string, number>> {
  const client = createClient<paths>({ baseUrl });
  const ids = {
    agentId: '3c90c3cc-0d44-4b50-8888-8dd25736052a',
    userId: 'a0000000-0000-4000-8000-000000000000',
  };
  const created = await client.POST('/api/messaging/sessions', {
    params: { header: { 'Idempotency-Key': 'generated' } },
    body: {
      ...ids,
      metadata: { channel: 'web', nested: { tags: ['a', 1, null] } },
      timeoutConfig: { timeoutMinutes: 60 },
    },
  });
  if (!created.data) throw new Error(created.response.statusText);
  const session: SessionInfo = created.data;
  const path = { sessionId: session.sessionId };
  const read = await client.GET('/api/messaging/sessions/{sessionId}', { params: { path } });
  const remaining: number | undefined = read.data?.timeRemaining;
  const answers = {
    createSession: created,
    getSession: read,
    renewSession: await client.POST('/api/messaging/sessions/{sessionId}/renew', { params: { path } }),
    heartbeatSession: await client.POST('/api/messaging/sessions/{sessionId}/heartbeat', {
      params: { path },
    }),
    changeTimeout: await client.PATCH('/api/messaging/sessions/{sessionId}/timeout', {
      params: { path },
      body: { warningThresholdMinutes: 10, autoRenew: null },
    }),
    changeMetadata: await client.PATCH('/api/messaging/sessions/{sessionId}', {
      params: { path },
      body: { metadata: { channel: null, nested: { more: true } } },
    }),
    postMessage: await client.POST('/api/messaging/sessions/{sessionId}/messages', { params: { path } }),
    getMessages: await client.GET('/api/messaging/sessions/{sessionId}/messages', { params: { path } }),
    listSessions: await client.GET('/api/messaging/sessions', {
      params: { query: { userId: ids.userId, limit: 10, status: 'active' } },
    }),
    deleteSession: await client.DELETE('/api/messaging/sessions/{sessionId}', { params: { path } }),
    deleteSessions: await client.DELETE('/api/messaging/sessions', {
      params: { query: { userId: ids.userId } },
    }),
    getHealth: await client.GET('/api/messaging/sessions/health'),
  };
  if (answers.listSessions.data?.total !== 1 || !remaining) throw new Error('The session is not in the list');
  return Object.fromEntries(Object.entries(answers).map(([id, { response }]) => [id, response.status]));
}
