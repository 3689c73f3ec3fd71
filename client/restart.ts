/** The session that comes after an ended one. */
import type { Session, SessionsClient } from './client.ts';
import { SessionsApiError } from './error.ts';

/** An Idempotency-Key has no more. */
const LONGEST_KEY = 255;

/** The same session for all who ask: the Idempotency-Key is derived from the ended session's id. */
export async function createAgain(
  client: SessionsClient,
  { sessionId, agentId, userId, channelId, metadata, timeoutConfig }: Session,
  signal: AbortSignal,
): Promise<Session> {
  const request = { agentId, userId, metadata, ...(channelId !== undefined && { channelId }) };
  const idempotencyKey = `restart-${encodeURIComponent(sessionId)}`.slice(0, LONGEST_KEY);
  try {
    return await client.create({ ...request, timeoutConfig }, { signal, idempotencyKey });
  } catch (error) {
    // Another program's timeouts may be none that a request may set.
    if (!(error instanceof SessionsApiError) || error.status !== 400) throw error;
    return client.create(request, { signal, idempotencyKey });
  }
}
