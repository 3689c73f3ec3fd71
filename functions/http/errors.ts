/**
 * The errors that clients are told about. Anything else that is thrown is answered as INTERNAL_SERVER_ERROR.
 */

/** Below 500 an error's words are public; respond.ts keeps those of everything else to the log. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly code: string;
  /** A string: elizaOS's client drops details that are objects. */
  readonly details: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    details?: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
    this.headers = headers;
  }
}

export const sessionNotFound = (): HttpError =>
  new HttpError(
    404,
    'SESSION_NOT_FOUND',
    'Session not found',
    'It never existed, or it expired and was purged.',
  );

/** @param expiresAt epoch milliseconds; the answer's details are this instant in ISO 8601. */
export const sessionExpired = (expiresAt: number): HttpError =>
  new HttpError(410, 'SESSION_EXPIRED', 'Session has expired', new Date(expiresAt).toISOString());

/** @param message names the field and its bound, and repeats nothing of what was sent. */
export const validationError = (message: string): HttpError =>
  new HttpError(400, 'VALIDATION_ERROR', message);

/** @param message says what the caller may not do, and repeats nothing of what was sent. */
export const forbidden = (message: string): HttpError => new HttpError(403, 'FORBIDDEN', message);

/**
 * An empty Allow says that the resource has no methods (RFC 9110, 10.2.1); a 501 would be counted as a
 * failure.
 */
export const messagesNotServed = (): HttpError =>
  new HttpError(
    405,
    'MESSAGES_NOT_SERVED',
    'Messages are not served here',
    'They stay with the agent server. Send a heartbeat for each.',
    { allow: '' },
  );

export const conflict = (): HttpError =>
  new HttpError(409, 'CONFLICT', 'The session was changed concurrently', 'Nothing was changed. Retry.');

export const idempotencyKeyReused = (): HttpError =>
  new HttpError(
    422,
    'IDEMPOTENCY_KEY_REUSED',
    'This Idempotency-Key was sent with another body',
    'Send a new key with a new request.',
  );

export const internalServerError = (requestId: string): HttpError =>
  new HttpError(500, 'INTERNAL_SERVER_ERROR', 'Internal server error', `Request id: ${requestId}`);
