/** Jittered exponential backoff, for competing writers and a throttled table. */
import { setTimeout as delay } from 'node:timers/promises';

/** The longest wait before the second attempt, in milliseconds; it doubles with each, up to the limit. */
const FIRST_WAIT_MS = 10;
const LONGEST_WAIT_MS = 160;

/** @param round 1 for the wait before the second attempt. */
export async function waitBefore(round: number): Promise<void> {
  await delay(computeWait(round, Math.random()));
}

/** Milliseconds. @param jitter from 0 to 1. */
export const computeWait = (round: number, jitter: number): number =>
  jitter * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** round);
