/** The error that failed calls reject with. */

/** The fields of a failed response. */
export interface Failure {
  /** The HTTP status; 0 without a response. */
  status: number;
  /** The API's code, such as `SESSION_EXPIRED`; `NETWORK_ERROR` or `TIMEOUT` without a response. */
  code: string;
  message: string;
  details?: string | undefined;
  /** Names the request in the API's logs. */
  requestId?: string | undefined;
  /** Milliseconds after which the server wants to be asked again. */
  retryAfter?: number | undefined;
  cause?: unknown;
}

export class SessionsApiError extends Error {
  override readonly name = 'SessionsApiError';
  readonly status: number;
  readonly code: string;
  readonly details: string | undefined;
  readonly requestId: string | undefined;
  readonly retryAfter: number | undefined;

  constructor({ status, code, message, details, requestId, retryAfter, cause }: Failure) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.details = details;
    this.requestId = requestId;
    this.retryAfter = retryAfter;
  }
}

/** The error of a response: the API's own body, or API Gateway's (`{"message": "Too Many Requests"}`), or any other. */
export async function toError(response: Response): Promise<SessionsApiError> {
  const { status, headers } = response;
  const body = (await response.json().catch(() => undefined)) as Body;
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  const message = text(body?.error?.message) ?? text(body?.message) ?? `HTTP ${status}`;
  return new SessionsApiError({
    status,
    code: text(body?.error?.code) ?? message.toUpperCase().replace(/\W+/g, '_'),
    message,
    details: text(body?.error?.details),
    retryAfter: toMilliseconds(headers.get('retry-after')),
    requestId: headers.get('x-request-id') ?? headers.get('apigw-requestid') ?? undefined,
  });
}

/** Seconds, or a date (RFC 9110, 10.2.3), which only the device's clock can compare: it is ignored. */
const toMilliseconds = (retryAfter: string | null): number | undefined =>
  /^\d{1,6}$/.test(retryAfter ?? '') ? 1000 * Number(retryAfter) : undefined;

type Body =
  | { message?: unknown; error?: { code?: unknown; message?: unknown; details?: unknown } | null }
  | null
  | undefined;

/** How the session has ended, if the error says so. */
export function findEnd(error: unknown): 'expired' | 'gone' | undefined {
  if (!(error instanceof SessionsApiError)) return undefined;
  if (error.status === 410) return 'expired';
  return error.code === 'SESSION_NOT_FOUND' ? 'gone' : undefined;
}
