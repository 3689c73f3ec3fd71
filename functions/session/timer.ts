/** A timer's firing instant and name. Instants are epoch milliseconds. */
import { createHash } from 'node:crypto';
import { MINUTE_MS } from './timing.ts';

/** The bound on clock skew between sandboxes: after it every function sees the session as expired. */
export const CLOCK_SKEW_MS = 10_000;

/** The longest timer. It fires early for a longer session and arms the next one. */
const LONGEST_MS = 365 * 24 * 60 * MINUTE_MS;

/** Identifies a session's life: an id may be reused, with another `createdAt`. */
export interface TimedReference {
  sessionId: string;
  /** Epoch milliseconds. */
  createdAt: number;
}

/**
 * The firing instant: a full minute (EventBridge Scheduler's precision), at least CLOCK_SKEW_MS after the expiry and
 * after now.
 * @param fired the instant of the timer that has just fired: the result is later.
 */
export function firingInstant(expiresAt: number, now: number, fired = -Infinity): number {
  const earliest = Math.max(Math.min(expiresAt, now + LONGEST_MS), now) + CLOCK_SKEW_MS;
  return Math.max(Math.ceil(earliest / MINUTE_MS) * MINUTE_MS, fired + MINUTE_MS);
}

/**
 * 64 characters, the limit. A digest: names show in the console and in CloudTrail, and a session id is a bearer secret
 * of up to 2 KB.
 */
export const timerName = ({ sessionId, createdAt }: TimedReference, instant: number): string =>
  createHash('sha256')
    .update(JSON.stringify([sessionId, createdAt, instant]))
    .digest('hex');
