/** Waits between tries, so that those who compete, or a table that is short of breath, do not meet again at once. */
import { setTimeout as delay } from 'node:timers/promises';

/** The longest wait before the second try, in milliseconds; it doubles with each, up to the limit. */
const FIRST_WAIT_MS = 10;
const LONGEST_WAIT_MS = 160;

/** A random wait, longer on average with each try. @param round 1 for the wait before the second try. */
export async function waitBefore(round: number): Promise<void> {
  await delay(Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** round));
}
