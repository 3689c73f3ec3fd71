/**
 * Deadlines of calls to AWS, in milliseconds. A healthy GetItem takes a few. A function must respond before its own
 * timeout (infra/lambda/service-function.ts), which a test keeps above CALL_DEADLINE_MS.
 */
import { LoggableError } from './loggable-error.ts';

/** Attempts of one call, the first included. */
export const MAX_ATTEMPTS = 3;

/** To a connection, from the attempt's start. */
export const CONNECTION_TIMEOUT_MS = 500;

/** To the response's headers, from the attempt's start. */
export const REQUEST_TIMEOUT_MS = 1_000;

/** One call in all: every attempt, the waits between them, and reading the body. */
export const CALL_DEADLINE_MS = 5_000;

/** How long an update is retried against concurrent ones, before it is a conflict. */
export const CONTENTION_BUDGET_MS = 3_000;

/** A write begun just before expiry may complete at most this long after it. */
export const LATEST_WRITE_MS = 250;

/** All calls of the warm-up during the init phase: it delays a cold start by at most this. */
export const WARM_UP_DEADLINE_MS = 1_000;

/** Monotonic milliseconds. `performance` would load node:perf_hooks, a hundredth of the init phase's CPU time. */
export const monotonicNow = (): number => 1000 * process.uptime();

/**
 * Whether something is at least so many milliseconds old. A negative age is old: the clock was set back.
 * @param since epoch milliseconds.
 */
export function isOlder(milliseconds: number, since: number): boolean {
  const age = Date.now() - since;
  return age < 0 || age >= milliseconds;
}

/** An operation was aborted by its deadline. `cause` is its own error. */
export class DeadlineExceeded extends LoggableError {
  override readonly name = 'DeadlineExceeded';
}

/**
 * Runs an operation with a signal that aborts when its time is up, or when it fails: what runs beside what failed
 * ends too. The timer ends with the operation: that of AbortSignal.timeout lives until its time is up, with all
 * that it refers to (nodejs/node#48951).
 * @throws DeadlineExceeded; the operation's own error if it fails earlier.
 */
export async function withDeadline<T>(
  milliseconds: number,
  operation: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), milliseconds);
  try {
    return await operation(controller.signal);
  } catch (cause) {
    if (controller.signal.aborted)
      throw new DeadlineExceeded(`AWS did not respond within ${milliseconds} ms`, { cause });
    controller.abort();
    throw cause;
  } finally {
    clearTimeout(timer);
  }
}
