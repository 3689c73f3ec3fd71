/** The remaining time of a session, on the monotonic clock. */
import type { Environment } from './environment.ts';

/** A larger difference between the device's clock and the monotonic one means that the machine slept. */
const JUMP_MS = 2_000;

const SECOND_MS = 1000;

export class Countdown {
  readonly #environment: Environment;
  /** The expiry, on the monotonic clock. */
  #deadline = 0;
  #offset: number;

  constructor(environment: Environment) {
    this.#environment = environment;
    this.#offset = this.offset;
  }

  /** @param at when the response was asked for: from there at the latest its remaining time runs. */
  start(timeRemaining: number, at: number): void {
    this.#deadline = at + timeRemaining;
  }

  /** Milliseconds, whole and never negative. */
  get remaining(): number {
    return Math.max(0, Math.round(this.#deadline - this.#environment.now()));
  }

  /** Milliseconds until a countdown shows another second; at least a quarter of one. */
  get untilNextSecond(): number {
    return Math.max(this.remaining % SECOND_MS || SECOND_MS, SECOND_MS / 4);
  }

  /** Whether the clocks have come apart since the last look: the machine slept, or somebody set its clock. */
  hasJumped(): boolean {
    const before = this.#offset;
    if (!this.isApart(before)) return false;
    this.#offset = this.offset;
    return true;
  }

  /** By how much the device's clock is ahead of the monotonic one. */
  get offset(): number {
    return this.#environment.deviceTime() - this.#environment.now();
  }

  /** Whether the clocks have come apart since the offset was this. */
  isApart(before: number): boolean {
    return Math.abs(this.offset - before) > JUMP_MS;
  }
}
