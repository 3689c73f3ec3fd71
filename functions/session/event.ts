/** The events of a session's life: docs/events.md, events.schema.json. */
import { createHash } from 'node:crypto';
import type { Session } from './session.ts';
import { computeExpiry, MINUTE_MS } from './timing.ts';

/** The source of every event. Rules match `detail.table` too: several deployments may share a bus. */
export const EVENT_SOURCE = 'sessions-api';

export type EventType = 'session.created' | 'session.expired' | 'session.deleted' | 'session.purged';

/** Why a session has expired: nothing renewed it in time, or its maximum duration was over. */
export type ExpiryReason = 'idle' | 'maxDuration';

/** Dates are ISO 8601 UTC. Metadata stays in the table. */
export interface EventDetail {
  /** Stable: equal when the event is delivered again. */
  id: string;
  sessionId: string;
  agentId: string;
  userId: string;
  channelId?: string;
  createdAt: string;
  /** By the session's last state. */
  expiresAt: string;
  /** The expiry, or an earlier delete. Absent in session.created. */
  endedAt?: string;
  renewalCount: number;
  /** Only in session.expired. */
  reason?: ExpiryReason;
}

export interface SessionEvent {
  type: EventType;
  /** Epoch milliseconds. */
  at: number;
  detail: EventDetail;
}

export const createdEvent = (session: Session): SessionEvent =>
  build('session.created', session, session.createdAt, {});

export function expiredEvent(session: Session): SessionEvent {
  const expiresAt = computeExpiry(session);
  const { createdAt, timeoutConfig } = session;
  const isMaximum = expiresAt === createdAt + timeoutConfig.maxDurationMinutes * MINUTE_MS;
  return build('session.expired', session, expiresAt, {
    endedAt: iso(expiresAt),
    reason: isMaximum ? 'maxDuration' : 'idle',
  });
}

/** @param at when the item was removed, in epoch milliseconds. @param isPurge by DynamoDB's TTL, not by a delete. */
export function removedEvent(session: Session, at: number, isPurge: boolean): SessionEvent {
  // The stream's timestamps are whole seconds.
  const endedAt = iso(Math.max(session.createdAt, Math.min(at, computeExpiry(session))));
  return build(isPurge ? 'session.purged' : 'session.deleted', session, at, { endedAt });
}

function build(
  type: EventType,
  session: Session,
  at: number,
  fields: Pick<EventDetail, 'endedAt' | 'reason'>,
): SessionEvent {
  const { sessionId, agentId, userId, channelId, createdAt, renewalCount } = session;
  const id = createHash('sha256')
    .update(JSON.stringify([type, sessionId, createdAt]))
    .digest('hex');
  return {
    type,
    at,
    detail: {
      id,
      sessionId,
      agentId,
      userId,
      ...(channelId !== undefined && { channelId }),
      createdAt: iso(createdAt),
      expiresAt: iso(computeExpiry(session)),
      renewalCount,
      ...fields,
    },
  };
}

const iso = (instant: number): string => new Date(instant).toISOString();
