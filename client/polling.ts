/** When a watch asks the API again. */
import type { Environment } from './environment.ts';
import { SessionsApiError } from './error.ts';
import type { Life } from './life.ts';

/** How long other tabs wait for the polling tab. */
const PATIENCE_MS = 2_000;

/** The first wait after a failure; each further one is twice as long, up to the longest. */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

const POLL_MS = 30_000;

export class Polling {
  readonly #environment: Environment;
  readonly #pollEvery: number;
  /** When the warning or the expiry became due. */
  #dueAt: number | undefined;

  /** @param pollEvery milliseconds between polls of a visible page. */
  constructor(environment: Environment, pollEvery = POLL_MS) {
    this.#environment = environment;
    this.#pollEvery = pollEvery > 0 ? pollEvery : POLL_MS;
  }

  /** @param isLeader whether this tab polls for all. */
  isAskDue({ state, heardAt, failures, isWarningDue }: Life, isLeader: boolean): boolean {
    const { status, session, remaining, error } = state;
    const now = this.#environment.now();
    const silent = now - heardAt;
    const patience = isLeader ? 0 : PATIENCE_MS;
    const isDue = session && (remaining === 0 || (status === 'active' && isWarningDue));
    this.#dueAt = isDue ? (this.#dueAt ?? now) : undefined;
    if (status === 'unknown' || status === 'loading') {
      const asked = (error instanceof SessionsApiError && error.retryAfter) || 0;
      const wait = Math.max(FIRST_WAIT_MS * 2 ** (failures - 1), asked);
      // Others hear of the one that tries.
      return silent >= (isLeader ? Math.min(wait, LONGEST_WAIT_MS) : LONGEST_WAIT_MS + patience);
    }
    if (this.#dueAt !== undefined) return now - this.#dueAt >= patience;
    return !this.#environment.isHidden() && silent >= this.#pollEvery + patience;
  }
}
