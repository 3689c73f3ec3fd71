/** What a watch takes for a session: a proxy in between may answer 200 with anything. */
import type { Session } from './client.ts';
import { SessionsApiError } from './error.ts';

/** @throws SessionsApiError for what is no session. */
export function assertSession(value: unknown): Session {
  if (isSession(value)) return value;
  throw new SessionsApiError({
    status: 200,
    code: 'INVALID_RESPONSE',
    message: 'The response is no session',
  });
}

export function isSession(value: unknown): value is Session {
  const { sessionId, expiresAt, timeRemaining, timeoutConfig } = (value ?? {}) as Partial<Session>;
  return (
    typeof sessionId === 'string' &&
    typeof timeRemaining === 'number' &&
    Number.isFinite(Date.parse(expiresAt ?? '')) &&
    typeof timeoutConfig?.maxDurationMinutes === 'number' &&
    typeof timeoutConfig.warningThresholdMinutes === 'number'
  );
}
