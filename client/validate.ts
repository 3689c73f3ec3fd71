/** Validates responses: a captive portal may return 200 with anything. */
import type { Session } from './client.ts';
import { SessionsApiError } from './error.ts';

/** @throws SessionsApiError unless the value is a session. */
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
