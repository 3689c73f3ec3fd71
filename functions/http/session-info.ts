/** The public JSON of a session. */
import type { TimedSession } from '../session/lifecycle.ts';
import type { TimeoutConfig } from '../session/timeout-config.ts';

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

export function toSessionInfo({ session, timing }: TimedSession): SessionInfo {
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
