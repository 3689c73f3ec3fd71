/** A clock for functions on this machine in place of the real one, so that tests need not wait. */

/** Shared between threads: one instant in epoch milliseconds, or NaN for the real time. */
export type SharedClock = Float64Array<SharedArrayBuffer>;

export function createClock(): SharedClock {
  const clock = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));
  clock[0] = Number.NaN;
  return clock;
}

/** Makes this thread's Date follow the clock. */
export function followClock(clock: SharedClock): void {
  const RealDate = Date;
  const now = () => {
    const instant = clock[0] ?? Number.NaN;
    return Number.isNaN(instant) ? RealDate.now() : instant;
  };
  globalThis.Date = class extends RealDate {
    constructor(...parts: [] | [number | string | Date]) {
      super(parts.length === 0 ? now() : parts[0]);
    }
    static override now = now;
  } as DateConstructor;
}
