/**
 * The lifetime of a session: its idle timeout, maximum duration and warning threshold.
 * Pure arithmetic on epoch milliseconds; `now` is always an argument.
 */
import type { TimeoutConfig } from './timeout-config.ts';

export const MINUTE_MS = 60_000;

/** RFC 3339's last instant, whose years have four digits: no session expires later. */
const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** What expiry is computed from. Instants are epoch milliseconds. */
export interface SessionClocks {
  createdAt: number;
  lastActivity: number;
  /** The last renewal, manual or automatic. */
  renewedAt?: number;
  timeoutConfig: TimeoutConfig;
}

/** A session's state at one instant. */
export interface Timing {
  /** Epoch milliseconds. */
  expiresAt: number;
  isExpired: boolean;
  /** Milliseconds, never negative. */
  timeRemaining: number;
  isNearExpiration: boolean;
}

/**
 * The expiry of a session, in epoch milliseconds: `timeoutMinutes` after its last renewal, at the latest
 * `maxDurationMinutes` after its creation. Activity keeps a session alive only with `autoRenew`.
 */
export function computeExpiry({ createdAt, lastActivity, renewedAt, timeoutConfig }: SessionClocks): number {
  const idleSince = Math.max(
    createdAt,
    renewedAt ?? createdAt,
    timeoutConfig.autoRenew ? lastActivity : createdAt,
  );
  return Math.min(
    idleSince + timeoutConfig.timeoutMinutes * MINUTE_MS,
    createdAt + timeoutConfig.maxDurationMinutes * MINUTE_MS,
    LAST_INSTANT,
  );
}

/** A session's state at `now`. A session is expired from the very millisecond of `expiresAt`. */
export function computeTiming(session: SessionClocks, now: number): Timing {
  const expiresAt = computeExpiry(session);
  const timeRemaining = Math.max(0, expiresAt - now);
  return {
    expiresAt,
    isExpired: timeRemaining === 0,
    timeRemaining,
    isNearExpiration:
      timeRemaining > 0 && timeRemaining <= session.timeoutConfig.warningThresholdMinutes * MINUTE_MS,
  };
}
