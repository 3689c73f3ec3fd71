/** One call: its attempts, its timeout, its signal. Nothing of it remains when it has ended. */
import { SessionsApiError, toError } from './error.ts';
import { MOST_RETRIES, type Repeatable, waitBefore } from './retry.ts';

export interface CallOptions {
  /** Aborts the call, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for each attempt, more than 0; 10,000 unless the client has another. */
  readonly timeout?: number;
  /** Attempts after the first, 0 to 3. */
  readonly retries?: number;
}

export interface ClientOptions {
  /** Of the API, such as `https://sessions.example.com`; `''` for paths of the page's own origin. */
  readonly baseUrl: string;
  /** Sent with each request, such as `{ authorization }` or `{ 'x-api-key': key }`; asked for at each attempt. */
  readonly headers?: HeaderValues | (() => HeaderValues | Promise<HeaderValues>);
  /** In place of the global one. */
  readonly fetch?: typeof globalThis.fetch;
  /** Milliseconds for each attempt of a call. */
  readonly timeout?: number;
}

type HeaderValues = Readonly<Record<string, string>>;

export interface Request {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the base URL. */
  path: string;
  body?: unknown;
  headers?: HeaderValues;
  repeatable: Repeatable;
  /** Whether a 404 after an attempt with a lost response counts as success: that attempt did it. */
  isGoneDone?: boolean;
}

const TIMEOUT_MS = 10_000;

/** Returns the response's JSON. @throws SessionsApiError, the signal's reason, or the error of `headers`. */
export async function call<T>(
  client: ClientOptions,
  request: Request,
  options: CallOptions = {},
): Promise<T> {
  const { signal, timeout = client.timeout, retries = MOST_RETRIES } = options;
  let isUncertain = false;
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted();
    const result = await attemptOnce(client, request, timeout, signal);
    if (!(result instanceof SessionsApiError)) return result as T;
    if (result.status === 404 && request.isGoneDone && isUncertain) return undefined as T;
    const wait = attempt < retries ? waitBefore(result, attempt, request.repeatable) : undefined;
    if (wait === undefined) throw result;
    isUncertain ||= result.status !== 429 && result.status !== 409;
    if (wait > 0) await delay(wait, signal);
  }
}

/** One attempt: returns the JSON, or the error of a failure. @throws the signal's reason, or an invalid request's error. */
async function attemptOnce(
  { baseUrl, headers = {}, fetch = globalThis.fetch }: ClientOptions,
  { method, path, body, headers: own }: Request,
  given: number | undefined,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const timeout = given !== undefined && given > 0 ? given : TIMEOUT_MS;
  const abort = new AbortController();
  const onAbort = () => abort.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort);
  const timer = setTimeout(() => abort.abort(TIMED_OUT), Math.min(timeout, LONGEST_TIMER_MS));
  const aborted = new Promise<never>((_, reject) => {
    abort.signal.addEventListener('abort', () => reject(abort.signal.reason));
  });
  aborted.catch(() => {});
  let isSent = false;
  try {
    const asked = typeof headers === 'function' ? await Promise.race([headers(), aborted]) : headers;
    const all = new Headers(text === undefined ? {} : { 'content-type': 'application/json' });
    for (const [name, value] of Object.entries({ ...asked, ...own })) all.set(name, value);
    const init = {
      method,
      headers: Object.fromEntries(all),
      signal: abort.signal,
      ...(text !== undefined && { body: text }),
    };
    isSent = true;
    const response = await Promise.race([fetch(baseUrl.replace(/\/+$/, '') + path, init), aborted]);
    if (response.ok) return await Promise.race([response.json(), aborted]);
    return await Promise.race([toError(response), aborted]);
  } catch (cause) {
    signal?.throwIfAborted();
    const isLate = abort.signal.aborted;
    // The caller's own fault, which no other attempt mends.
    if (!isLate && !isSent) throw cause;
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
    // Between the response and here.
    if (signal?.aborted) return reject(signal.reason);
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
