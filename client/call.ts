/** One call: its attempts, its timeout, its signal. Nothing of it remains when it has ended. */
import { SessionsApiError, toError } from './error.ts';
import { MOST_RETRIES, type Repeatable, waitBefore } from './retry.ts';

export interface CallOptions {
  /** Aborts the call, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for each attempt; 10,000 unless the client has another. */
  readonly timeout?: number;
  /** Attempts after the first, 0 to 3. */
  readonly retries?: number;
}

export interface ClientOptions {
  /** Of the API, such as `https://sessions.example.com`; `''` for paths of the page's own origin. */
  readonly baseUrl: string;
  /** Sent with each request, such as `{ authorization }` or `{ 'x-api-key': key }`; asked for at each attempt. */
  readonly headers?: Headers | (() => Headers | Promise<Headers>);
  /** In place of the global one. */
  readonly fetch?: typeof globalThis.fetch;
  /** Milliseconds for each attempt of a call. */
  readonly timeout?: number;
}

type Headers = Readonly<Record<string, string>>;

export interface Request {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the base URL. */
  path: string;
  body?: unknown;
  headers?: Headers;
  repeatable: Repeatable;
  /** Whether 404 after an attempt whose response was lost is a success: it was that attempt's own doing. */
  isGoneDone?: boolean;
}

const TIMEOUT_MS = 10_000;

/** The response's JSON. @throws SessionsApiError, or the signal's reason. */
export async function call<T>(
  client: ClientOptions,
  request: Request,
  options: CallOptions = {},
): Promise<T> {
  const { signal, timeout = client.timeout ?? TIMEOUT_MS, retries = MOST_RETRIES } = options;
  let isUncertain = false;
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted();
    let retryAfter: string | null = null;
    const result = await attemptOnce(client, request, timeout, signal, (response) => {
      retryAfter = response.headers.get('retry-after');
    });
    if (!(result instanceof SessionsApiError)) return result as T;
    if (result.status === 404 && request.isGoneDone && isUncertain) return undefined as T;
    const wait = attempt < retries ? waitBefore(result, attempt, request.repeatable, retryAfter) : undefined;
    if (wait === undefined) throw result;
    isUncertain ||= result.status !== 429 && result.status !== 409;
    if (wait > 0) await delay(wait, signal);
  }
}

/** One attempt: the JSON, or the error of a failure. @throws the signal's reason. */
async function attemptOnce(
  { baseUrl, headers = {}, fetch = globalThis.fetch }: ClientOptions,
  { method, path, body, headers: own }: Request,
  timeout: number,
  signal: AbortSignal | undefined,
  onResponse: (response: Response) => void,
): Promise<unknown> {
  const given = typeof headers === 'function' ? await headers() : headers;
  const abort = new AbortController();
  const onAbort = () => abort.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted) onAbort();
  const timer = setTimeout(() => abort.abort(TIMED_OUT), Math.min(timeout, LONGEST_TIMER_MS));
  try {
    const response = await fetch(baseUrl.replace(/\/+$/, '') + path, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...given, ...own },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: abort.signal,
    });
    onResponse(response);
    if (response.ok) return await response.json();
    const error = await toError(response);
    signal?.throwIfAborted();
    return error;
  } catch (cause) {
    signal?.throwIfAborted();
    const isLate = abort.signal.aborted;
    const message = isLate ? `No response within ${timeout} ms` : 'The API was not reached';
    return new SessionsApiError({ status: 0, code: isLate ? 'TIMEOUT' : 'NETWORK_ERROR', message, cause });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

const TIMED_OUT = 'timeout';

/** Timers take no more. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** @throws the signal's reason. */
function delay(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
