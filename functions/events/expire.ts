/** A timer has fired: the session has expired, which is told, or lives on, and gets its next timer. */
import { expiredEvent } from '../session/event.ts';
import type { Snapshot } from '../session/store/fence.ts';
import { CLOCK_SKEW_MS, firingInstant } from '../session/timer.ts';
import { computeExpiry } from '../session/timing.ts';
import type { EventBus } from './bus.ts';
import type { TimerInput, Timers } from './timers.ts';

/** A session that is written so often at its very expiry is left to the invocation's retry. */
const MAX_ROUNDS = 5;

export interface ExpireOptions {
  /** The session as it is stored; undefined where there is none. */
  read(sessionId: string): Promise<Snapshot | undefined>;
  /** Ends what may still be written. @returns whether nothing was written since the snapshot. */
  fence(snapshot: Snapshot): Promise<boolean>;
  bus: EventBus;
  timers: Timers;
  /** Epoch milliseconds. */
  now(): number;
}

/** Throws where the timer must fire again. Fired again, it does no harm: the event has the same id. */
export async function expire(
  { sessionId, createdAt, instant }: TimerInput,
  { read, fence, bus, timers, now }: ExpireOptions,
): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const snapshot = await read(sessionId);
    // Deleted, or created anew, which has armed a timer of its own.
    if (snapshot?.session.createdAt !== createdAt) return;
    const { session } = snapshot;
    const expiresAt = computeExpiry(session);
    if (now() < expiresAt + CLOCK_SKEW_MS)
      return timers.arm(session, firingInstant(expiresAt, now(), instant));
    if (!(await fence(snapshot))) continue;
    const [failure] = await bus.put([expiredEvent(session)]);
    if (failure) throw failure;
    return;
  }
  throw new Error('The session was written each time that it was read');
}
