/** Which failures are tried again, and after how long. */
import type { SessionsApiError } from './error.ts';

/** How a request may be repeated after a failure that leaves open whether it was done. */
export type Repeatable = 'always' | 'never';

/** Milliseconds before the second, third and fourth attempt, less up to half of each at random. */
const WAITS = [1000, 2000, 4000];

export const MOST_RETRIES = WAITS.length;

/** A server that asks for more than this is not waited for. */
const LONGEST_WAIT_MS = 30_000;

/**
 * Milliseconds until the next attempt; undefined for none.
 * @param attempt from 0.
 */
export function waitBefore(
  { status, code, retryAfter = 0 }: SessionsApiError,
  attempt: number,
  repeatable: Repeatable,
): number | undefined {
  const wait = WAITS[attempt];
  if (wait === undefined) return undefined;
  // A lost race wrote nothing; 409 for another reason stays as it is.
  if (status === 409) return code === 'CONFLICT' ? 0 : undefined;
  // Throttled: the route did not run.
  const isOpen = status === 0 || status === 500 || status === 503;
  if (status !== 429 && !(isOpen && repeatable === 'always')) return undefined;
  const jittered = wait * (1 - Math.random() / 2);
  const asked = Math.max(retryAfter, jittered);
  return asked <= LONGEST_WAIT_MS ? asked : undefined;
}
