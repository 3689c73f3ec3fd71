/** The errors that clients see. Any other becomes INTERNAL_SERVER_ERROR: its words stay in the log. */
import type { MetricName } from '../observability/metrics.ts';
import { OptimisticLockError, SessionExpired, SessionNotFound } from '../session/errors.ts';
import type { RouteResponse } from './respond.ts';

/** Its words are public. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly code: string;
  /** A string: elizaOS's client drops details that are objects. */
  readonly details: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly metric: MetricName | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    details?: string,
    { headers = {}, metric }: { headers?: Record<string, string>; metric?: MetricName } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
    this.headers = headers;
    this.metric = metric;
  }

  toResponse(): RouteResponse {
    const { status, headers, code, message, details } = this;
    return {
      status,
      headers,
      body: { success: false, error: { code, message, ...(details && { details }) } },
    };
  }
}

/** The errors of a session and of its store, as clients see them; undefined for any other error. */
export function toHttpError(thrown: unknown): HttpError | undefined {
  if (thrown instanceof HttpError) return thrown;
  if (thrown instanceof SessionNotFound) return sessionNotFound();
  if (thrown instanceof SessionExpired) return sessionExpired(thrown.expiresAt);
  if (thrown instanceof OptimisticLockError) return conflict();
  return undefined;
}

const sessionNotFound = (): HttpError =>
  new HttpError(
    404,
    'SESSION_NOT_FOUND',
    'Session not found',
    'It never existed, or it expired and was purged.',
  );

/** @param expiresAt epoch milliseconds; `details` is this instant in ISO 8601. */
const sessionExpired = (expiresAt: number): HttpError =>
  new HttpError(410, 'SESSION_EXPIRED', 'Session has expired', new Date(expiresAt).toISOString());

const conflict = (): HttpError =>
  new HttpError(409, 'CONFLICT', 'The session was changed concurrently', 'Nothing was changed. Retry.', {
    metric: 'Conflicts',
  });

/** @param message names the field and its bound, and repeats nothing of the request. */
export const validationError = (message: string): HttpError =>
  new HttpError(400, 'VALIDATION_ERROR', message);

/** @param message says what the caller may not do, and repeats nothing of the request. */
export const forbidden = (message: string): HttpError => new HttpError(403, 'FORBIDDEN', message);

/** An empty Allow says that the resource has no methods (RFC 9110, 10.2.1); a 501 would count as a failure. */
export const messagesNotServed = (): HttpError =>
  new HttpError(
    405,
    'MESSAGES_NOT_SERVED',
    'Messages are not served here',
    'They stay with the agent server. Send a heartbeat for each.',
    { headers: { allow: '' } },
  );

export const idempotencyKeyReused = (): HttpError =>
  new HttpError(
    422,
    'IDEMPOTENCY_KEY_REUSED',
    'This Idempotency-Key was sent with another body',
    'Send a new key with a new request.',
  );

/** Says no more than that the id is taken: whose session it is may be another user's. */
export const sessionExists = (): HttpError =>
  new HttpError(
    409,
    'SESSION_EXISTS',
    'A session with this id exists',
    'Choose another id, or send "ifExists": "return" for a session of the same user and agent.',
  );

export const internalServerError = (requestId: string): HttpError =>
  new HttpError(500, 'INTERNAL_SERVER_ERROR', 'Internal server error', `Request id: ${requestId}`);
