/** When a watch asks the API again. */
import type { SessionState } from './session-watch.ts';

/** A tab that does not poll asks when the one that does has been silent so long. */
const PATIENCE_MS = 2_000;

/** The first wait after a failure; each further one is twice as long. */
const FIRST_WAIT_MS = 1000;

export interface Situation {
  /** Milliseconds since the last response, or failure. */
  silent: number;
  /** Failures since the last response. */
  failures: number;
  /** Whether this tab polls for all. */
  isLeader: boolean;
  isHidden: boolean;
  /** Milliseconds between polls. */
  pollEvery: number;
  isWarningDue: boolean;
}

export function isAskDue({ status, remaining }: SessionState, situation: Situation): boolean {
  const { silent, failures, isLeader, isHidden, pollEvery, isWarningDue } = situation;
  if (status === 'unknown' || status === 'loading')
    return silent >= Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), pollEvery);
  const patience = isLeader ? 0 : PATIENCE_MS;
  if (remaining === 0 || (status === 'active' && isWarningDue)) return silent >= patience;
  return !isHidden && silent >= pollEvery + patience;
}
