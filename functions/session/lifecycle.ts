/**
 * Steps of a session's life: pure functions from one state to the next. `now` is epoch milliseconds. A step that
 * changes nothing returns the session it was given.
 */
import { SessionExpired } from './errors.ts';
import type { Session } from './session.ts';
import { mergeTimeoutConfig, type TimeoutConfig } from './timeout-config.ts';
import { computeTiming, type Timing } from './timing.ts';

/** A new session. */
export function newSession(
  fields: Pick<Session, 'sessionId' | 'channelId' | 'agentId' | 'userId' | 'metadata' | 'timeoutConfig'>,
  now: number,
): Session {
  return { ...fields, createdAt: now, lastActivity: now, renewalCount: 0 };
}

/** Restarts the idle timeout, also without autoRenew. */
export function renew(session: Session, now: number): Session {
  return {
    ...session,
    // Clocks of sandboxes differ by milliseconds: no renewal moves back.
    renewedAt: Math.max(now, session.renewedAt ?? 0),
    lastActivity: Math.max(now, session.lastActivity),
    // Another program may have stored the largest count that a double holds exactly.
    renewalCount: Math.min(session.renewalCount + 1, Number.MAX_SAFE_INTEGER),
  };
}

/** Records activity, which renews a session with autoRenew. */
export function heartbeat(session: Session, now: number): Session {
  if (session.timeoutConfig.autoRenew) return renew(session, now);
  return { ...session, lastActivity: Math.max(now, session.lastActivity) };
}

/** Changes timeout settings. */
export function changeTimeout(session: Session, patch: Partial<TimeoutConfig>): Session {
  const timeoutConfig = mergeTimeoutConfig(session.timeoutConfig, patch);
  const fields = Object.keys(timeoutConfig) as (keyof TimeoutConfig)[];
  const changes = fields.some((field) => timeoutConfig[field] !== session.timeoutConfig[field]);
  return changes ? { ...session, timeoutConfig } : session;
}

/** A session, with its timing at one instant. */
export interface TimedSession {
  session: Session;
  timing: Timing;
}

/** @throws SessionExpired */
export function assertAlive(session: Session, now: number): TimedSession {
  const timing = computeTiming(session, now);
  if (timing.isExpired) throw new SessionExpired(timing.expiresAt);
  return { session, timing };
}
