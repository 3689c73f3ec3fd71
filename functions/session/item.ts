/** A session as the attributes of its item. */
import { attributeFromMetadata } from './metadata.ts';
import type { Session } from './session.ts';
import { computeExpiry } from './timing.ts';

/**
 * Expired items stay this long before DynamoDB's TTL may purge them, so that clients do meet the 410. It may not become longer:
 * lists take an item whose purge is nearer for one that has ended.
 */
export const PURGE_AFTER_SECONDS = 24 * 60 * 60;

const iso = (instant: number) => new Date(instant).toISOString();

/** Every attribute of a session's item, the TTL's among them (docs/stored-item.md). */
export function toItem(session: Session): Record<string, unknown> {
  return {
    ...session,
    metadata: attributeFromMetadata(session.metadata),
    createdAt: iso(session.createdAt),
    lastActivity: iso(session.lastActivity),
    ...(session.renewedAt !== undefined && { renewedAt: iso(session.renewedAt) }),
    purgeAt: Math.ceil(computeExpiry(session) / 1000) + PURGE_AFTER_SECONDS,
  };
}

/** The attributes that a step has changed. */
export function changedAttributes(before: Session, after: Session): Record<string, unknown> {
  const old = toItem({ ...before, metadata: {} });
  const entries = Object.entries(toItem({ ...after, metadata: {} }));
  return Object.fromEntries(
    entries.filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name])),
  );
}
