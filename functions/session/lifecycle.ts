/**
 * What happens to a session: pure steps from one state to the next. `now` is epoch milliseconds. Each step gives back
 * the very session it was given when there is nothing to change.
 */
import type { Session } from './session.ts';
import { mergeTimeoutConfig, type TimeoutConfig } from './timeout-config.ts';

/** A new session. */
export function newSession(
  fields: Pick<Session, 'sessionId' | 'channelId' | 'agentId' | 'userId' | 'metadata' | 'timeoutConfig'>,
  now: number,
): Session {
  return { ...fields, createdAt: now, lastActivity: now, renewalCount: 0 };
}

/** Someone asked for more time: the idle clock starts again, whether activity renews the session or not. */
export function renew(session: Session, now: number): Session {
  return {
    ...session,
    // Two functions' clocks may differ by milliseconds; neither takes back what the other has given.
    renewedAt: Math.max(now, session.renewedAt ?? 0),
    lastActivity: Math.max(now, session.lastActivity),
    // Another program may have stored the largest count that a double holds exactly: it stays there.
    renewalCount: Math.min(session.renewalCount + 1, Number.MAX_SAFE_INTEGER),
  };
}

/** Something happened in the session, which renews it when it is set to. */
export function heartbeat(session: Session, now: number): Session {
  if (session.timeoutConfig.autoRenew) return renew(session, now);
  return { ...session, lastActivity: Math.max(now, session.lastActivity) };
}

/** Other timeout settings. What is not in `patch` stays. */
export function changeTimeout(session: Session, patch: Partial<TimeoutConfig>): Session {
  const timeoutConfig = mergeTimeoutConfig(session.timeoutConfig, patch);
  const fields = Object.keys(timeoutConfig) as (keyof TimeoutConfig)[];
  const changes = fields.some((field) => timeoutConfig[field] !== session.timeoutConfig[field]);
  return changes ? { ...session, timeoutConfig } : session;
}
