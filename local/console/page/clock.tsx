/** The host's clock, and buttons that move it. */
import { useEffect, useState } from 'preact/hooks';
import { type ClockMove, moveClock, type Outcome, outcomeOf, resetClock } from './host.ts';
import { OutcomeLine } from './outcome.tsx';

const MINUTE_MS = 60_000;

/**
 * The host's time, updated each second while the page is visible.
 * @param ahead milliseconds ahead of this device's clock.
 */
export function useNow(ahead: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const tick = () => document.hidden || setNow(Date.now());
    const timer = setInterval(tick, 1000);
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, []);
  return now + ahead;
}

/** Moves the clock, or resets it without an argument. The outcome has the new time. */
export const move = (to?: ClockMove): Promise<Outcome> =>
  outcomeOf(async () => {
    const { now } = await (to ? moveClock(to) : resetClock());
    return `The clock is at ${new Date(now).toLocaleString()}`;
  });

/** @param ahead milliseconds ahead of the real time. */
export function ClockControls({ ahead, onMove }: { ahead: number; onMove(): Promise<void> }) {
  const [outcome, setOutcome] = useState<Outcome>();
  const act = async (to?: ClockMove) => {
    setOutcome(await move(to));
    await onMove();
  };
  const minutes = Math.round(ahead / MINUTE_MS);
  return (
    <fieldset id="clock">
      <legend>Clock</legend>
      <output id="ahead">{minutes === 0 ? 'real time' : `${minutes} min ahead`}</output>
      <button type="button" onClick={() => act({ minutes: 1 })}>
        +1 min
      </button>
      <button type="button" onClick={() => act({ minutes: 10 })}>
        +10 min
      </button>
      <button type="button" aria-disabled={ahead === 0} onClick={() => ahead !== 0 && act()}>
        Back to now
      </button>
      <OutcomeLine outcome={outcome} />
    </fieldset>
  );
}
