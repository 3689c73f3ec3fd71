/** Handles a timer: publishes session.expired, or arms the next timer of a session that is still alive. */
import { expiredEvent } from '../session/event.ts';
import type { Snapshot } from '../session/store/fence.ts';
import { CLOCK_SKEW_MS, firingInstant } from '../session/timer.ts';
import { computeExpiry } from '../session/timing.ts';
import type { EventBus } from './bus.ts';
import type { TimerInput, Timers } from './timers.ts';

/** Attempts to fence a session that is written concurrently; then Lambda retries the invocation. */
const MAX_ROUNDS = 5;

export interface ExpireOptions {
  /** The session as it is stored; undefined where there is none. */
  read(sessionId: string): Promise<Snapshot | undefined>;
  /** Makes writes in flight fail. @returns whether nothing was written since the snapshot. */
  fence(snapshot: Snapshot): Promise<boolean>;
  bus: EventBus;
  timers: Timers;
  /** Epoch milliseconds. */
  now(): number;
}

/** Idempotent: a repeated event has the same id. @throws Error to be retried. */
export async function expire(
  { sessionId, createdAt, instant }: TimerInput,
  { read, fence, bus, timers, now }: ExpireOptions,
): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const snapshot = await read(sessionId);
    // Deleted, or recreated: the new session has its own timer.
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
