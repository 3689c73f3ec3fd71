/** When a session's timer fires, and its name. Pure arithmetic on epoch milliseconds. */
import { createHash } from 'node:crypto';
import { MINUTE_MS } from './timing.ts';

/** By how much clocks of sandboxes may differ: by then no function takes an expired session for alive. */
export const CLOCK_SKEW_MS = 10_000;

/** No timer is further away; it fires early, and the next one takes over. EventBridge Scheduler's years end too. */
const LONGEST_MS = 365 * 24 * 60 * MINUTE_MS;

/** The session as a timer knows it: an id may be used again, with another `createdAt`. */
export interface TimedReference {
  sessionId: string;
  /** Epoch milliseconds. */
  createdAt: number;
}

/**
 * The instant at which a timer shall fire: a full minute (EventBridge Scheduler's precision), at least
 * CLOCK_SKEW_MS after the expiry and after now.
 * @param fired the instant of the timer that has just fired, if one has: the next one is later.
 */
export function firingInstant(expiresAt: number, now: number, fired = -Infinity): number {
  const earliest = Math.max(Math.min(expiresAt, now + LONGEST_MS), now) + CLOCK_SKEW_MS;
  return Math.max(Math.ceil(earliest / MINUTE_MS) * MINUTE_MS, fired + MINUTE_MS);
}

/**
 * Of one timer, 64 characters. A digest: names show in the console and in CloudTrail, and a session's id is a bearer
 * secret of up to 2 KB.
 */
export const timerName = ({ sessionId, createdAt }: TimedReference, instant: number): string =>
  createHash('sha256')
    .update(JSON.stringify([sessionId, createdAt, instant]))
    .digest('hex');
