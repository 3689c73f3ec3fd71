/** The public JSON of a session. */
import type { Session } from '../session/session.ts';
import type { TimeoutConfig } from '../session/timeout-config.ts';
import type { Timing } from '../session/timing.ts';

/** The specification's fields, and `channelId` if it is stored. Dates are ISO 8601 UTC. */
export interface SessionInfo {
  sessionId: string;
  channelId?: string;
  agentId: string;
  userId: string;
  createdAt: string;
  lastActivity: string;
  metadata: Record<string, unknown>;
  expiresAt: string;
  timeoutConfig: TimeoutConfig;
  renewalCount: number;
  timeRemaining: number;
  isNearExpiration: boolean;
}

/** @param timing the session's, at the instant of the answer. */
export function toSessionInfo(session: Session, timing: Timing): SessionInfo {
  return {
    sessionId: session.sessionId,
    ...(session.channelId !== undefined && { channelId: session.channelId }),
    agentId: session.agentId,
    userId: session.userId,
    createdAt: new Date(session.createdAt).toISOString(),
    lastActivity: new Date(session.lastActivity).toISOString(),
    metadata: session.metadata,
    expiresAt: new Date(timing.expiresAt).toISOString(),
    timeoutConfig: session.timeoutConfig,
    renewalCount: session.renewalCount,
    timeRemaining: timing.timeRemaining,
    isNearExpiration: timing.isNearExpiration,
  };
}
