/** The clock of the local host: the real time until it is moved. Functions, in their threads, follow it. */

/** Shared between threads, in milliseconds: the instant at which the clock stands, or NaN; how far it is ahead. */
export type SharedClock = Float64Array<SharedArrayBuffer>;

const [STANDS_AT, AHEAD] = [0, 1];

export class Clock {
  readonly shared: SharedClock = new Float64Array(new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT));

  constructor() {
    this.standAt(undefined);
  }

  /** Epoch milliseconds. An arrow function: it is handed to others as it is. */
  readonly now = (): number => read(this.shared, Date.now());

  /** Milliseconds ahead of the real time. */
  get ahead(): number {
    return this.shared[AHEAD] ?? 0;
  }

  /** Goes on from this instant, in epoch milliseconds. */
  moveTo(instant: number): void {
    this.shared[AHEAD] = instant - Date.now();
  }

  /** Back to the real time. */
  reset(): void {
    this.shared[AHEAD] = 0;
  }

  /** Stops at this instant, in epoch milliseconds, for tests; `undefined` lets it go on. */
  standAt(instant: number | undefined): void {
    this.shared[STANDS_AT] = instant ?? Number.NaN;
  }
}

function read(clock: SharedClock, realNow: number): number {
  const { [STANDS_AT]: standsAt = Number.NaN, [AHEAD]: ahead = 0 } = clock;
  return Number.isNaN(standsAt) ? realNow + ahead : standsAt;
}

/** Makes this thread's Date follow the clock. */
export function followClock(clock: SharedClock): void {
  const RealDate = Date;
  const now = () => read(clock, RealDate.now());
  globalThis.Date = class extends RealDate {
    constructor(...parts: [] | [number | string | Date]) {
      super(parts.length === 0 ? now() : parts[0]);
    }
    static override now = now;
  } as DateConstructor;
}
