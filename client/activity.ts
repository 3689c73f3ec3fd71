/** Which activity is worth a heartbeat. */
import type { Session } from './client.ts';

const MOST_OFTEN_MS = 30_000;

export class Activity {
  readonly #now: () => number;
  #heartbeatAt = Number.NEGATIVE_INFINITY;

  /** @param now monotonic milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A heartbeat is sent, by this tab or another. */
  note(): void {
    this.#heartbeatAt = this.#now();
  }

  /** Whether a heartbeat would move the expiry, and none was sent lately. */
  isWorthOne({ createdAt, expiresAt, timeoutConfig }: Session): boolean {
    const { autoRenew, maxDurationMinutes } = timeoutConfig;
    const latest = Date.parse(createdAt) + maxDurationMinutes * 60_000;
    return autoRenew && Date.parse(expiresAt) < latest && this.#now() - this.#heartbeatAt >= MOST_OFTEN_MS;
  }
}
