/** The remaining time of a session, by a clock that nobody sets. */
import type { Environment } from './environment.ts';

/** What the device's clock may differ from the monotonic one before the machine is taken to have slept. */
const JUMP_MS = 2_000;

export class Countdown {
  readonly #environment: Environment;
  /** The expiry, on the monotonic clock. */
  #deadline = 0;
  /** By how much the device's clock is ahead of the monotonic one. */
  #offset: number;

  constructor(environment: Environment) {
    this.#environment = environment;
    this.#offset = environment.deviceTime() - environment.now();
  }

  /** @param at when the response was asked for: from there at the latest its remaining time runs. */
  start(timeRemaining: number, at: number): void {
    this.#deadline = at + timeRemaining;
  }

  /** Milliseconds, whole and never negative. */
  get remaining(): number {
    return Math.max(0, Math.round(this.#deadline - this.#environment.now()));
  }

  /** Whether the clocks have come apart since the last look: the machine slept, or somebody set its clock. */
  hasJumped(): boolean {
    const offset = this.#environment.deviceTime() - this.#environment.now();
    if (Math.abs(offset - this.#offset) <= JUMP_MS) return false;
    this.#offset = offset;
    return true;
  }
}
