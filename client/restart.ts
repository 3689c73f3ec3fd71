/** The session that comes after an ended one. */
import type { Session, SessionsClient } from './client.ts';
import { SessionsApiError } from './error.ts';

/** An Idempotency-Key has no more. */
const LONGEST_KEY = 255;

/** Sessions that came after the ended one, and have ended themselves. */
const MOST_ENDED = 5;

/**
 * The same session for all who ask: the Idempotency-Key is derived from the ended session's id. Where that session has
 * ended too, or was asked for with other metadata, the next key is used.
 */
export async function createAgain(
  client: SessionsClient,
  { sessionId, agentId, userId, channelId, metadata, timeoutConfig }: Session,
  signal: AbortSignal,
): Promise<Session> {
  let request: Parameters<SessionsClient['create']>[0] = {
    ...{ agentId, userId, metadata, timeoutConfig },
    ...(channelId !== undefined && { channelId }),
  };
  for (let ended = 0; ; ) {
    const suffix = ended === 0 ? '' : `-${ended}`;
    const idempotencyKey = `restart${suffix}-${encodeURIComponent(sessionId)}`.slice(0, LONGEST_KEY);
    try {
      return await client.create(request, { signal, idempotencyKey });
    } catch (error) {
      const { status } = error instanceof SessionsApiError ? error : { status: undefined };
      if ((status === 410 || status === 422) && ended < MOST_ENDED) ended++;
      else if (status === 400 && request.timeoutConfig) {
        // Another program's timeouts may be none that a request may set.
        const { timeoutConfig: _timeouts, ...rest } = request;
        request = rest;
      } else throw error;
    }
  }
}
