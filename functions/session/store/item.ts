/** The stored form of a session: parsed from an item, and written to one (docs/reference.md). */
import { LoggableError } from '../../aws/loggable-error.ts';
import { type Session, UUID } from '../session.ts';
import type { TimeoutConfig } from '../timeout-config.ts';
import { computeExpiry, type SessionClocks } from '../timing.ts';
import { attributeFromMetadata, isMap, metadataFromItem } from './metadata.ts';

/** Carries the attribute's name, never its value. */
export class MalformedItem extends LoggableError {
  override readonly name = 'MalformedItem';
  override readonly metric = 'CorruptItems';
  override readonly fields: { attribute: string };

  constructor(attribute: string) {
    super(`The stored session's ${attribute} is missing or malformed`);
    this.fields = { attribute };
  }
}

/** Counts the writes to an item; absent in one that another program wrote. */
export const VERSION_ATTRIBUTE = 'version';

/** Names the last writes to an item, so that none is applied twice. */
export const WRITES_ATTRIBUTE = 'lastWrites';

/** A digest of the create request, which distinguishes its retry from another request. */
export const REQUEST_ATTRIBUTE = 'createRequest';

type Attributes = Record<string, unknown>;

/** Some programs store DynamoDB's NULL for an absent attribute. */
const isPresent = (attribute: unknown): boolean => attribute !== undefined && attribute !== null;

/**
 * A DynamoDB item, unmarshalled, as a Session. Optional attributes get their defaults.
 * @throws MalformedItem for the first attribute that breaks the table of stored attributes (docs/reference.md).
 */
export function parseItem(item: Attributes, defaults: TimeoutConfig): Session {
  const session: Session = {
    sessionId: text(item, 'sessionId'),
    agentId: uuid(item, 'agentId'),
    userId: uuid(item, 'userId'),
    ...parseClocks(item, defaults),
    metadata: metadataFromItem(map(item, 'metadata')),
    renewalCount: wholeNumber(item, 'renewalCount', 0),
  };
  if (isPresent(item['channelId'])) session.channelId = uuid(item, 'channelId');
  return session;
}

/** What an item's expiry is computed from. @throws MalformedItem as above. */
export function parseClocks(item: Attributes, defaults: TimeoutConfig): SessionClocks {
  const clocks: SessionClocks = {
    createdAt: instant(item, 'createdAt'),
    lastActivity: instant(item, 'lastActivity'),
    timeoutConfig: parseTimeoutConfig(map(item, 'timeoutConfig'), defaults),
  };
  if (isPresent(item['renewedAt'])) clocks.renewedAt = instant(item, 'renewedAt');
  return clocks;
}

/** Expired items stay this long before DynamoDB's TTL may purge them, so that clients do meet the 410. */
const PURGE_AFTER_SECONDS = 24 * 60 * 60;

const iso = (instant: number) => new Date(instant).toISOString();

/** Every attribute of a session's item, the TTL's among them. */
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

/** The attributes that differ, metadata aside (update-metadata.ts). */
export function changedAttributes(before: Session, after: Session): Record<string, unknown> {
  const old = toItem({ ...before, metadata: {} });
  const entries = Object.entries(toItem({ ...after, metadata: {} }));
  return Object.fromEntries(
    entries.filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name])),
  );
}

function parseTimeoutConfig(stored: Attributes, defaults: TimeoutConfig): TimeoutConfig {
  const minutes = (field: Exclude<keyof TimeoutConfig, 'autoRenew'>) =>
    wholeNumber(stored, field, defaults[field], 'timeoutConfig.');
  const autoRenew = stored['autoRenew'] ?? defaults.autoRenew;
  if (typeof autoRenew !== 'boolean') throw new MalformedItem('timeoutConfig.autoRenew');
  return {
    timeoutMinutes: minutes('timeoutMinutes'),
    autoRenew,
    maxDurationMinutes: minutes('maxDurationMinutes'),
    warningThresholdMinutes: minutes('warningThresholdMinutes'),
  };
}

function text(item: Attributes, name: string): string {
  const value = item[name];
  if (typeof value !== 'string' || value === '') throw new MalformedItem(name);
  return value;
}

function uuid(item: Attributes, name: string): string {
  const value = text(item, name);
  if (!UUID.test(value)) throw new MalformedItem(name);
  return value;
}

/** As JavaScript, Java, Go and Python write an instant in UTC. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|\+00:00)$/;

function instant(item: Attributes, name: string): number {
  const value = text(item, name);
  const milliseconds = INSTANT.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(milliseconds)) throw new MalformedItem(name);
  // Date.parse rolls February 30 over into March: the result must still start with the stored day.
  if (!new Date(milliseconds).toISOString().startsWith(value.slice(0, 16))) throw new MalformedItem(name);
  return milliseconds;
}

function wholeNumber(item: Attributes, name: string, whenAbsent: number, prefix = ''): number {
  const value = item[name] ?? whenAbsent;
  if (!Number.isSafeInteger(value) || typeof value !== 'number' || value < 0) {
    throw new MalformedItem(prefix + name);
  }
  return value;
}

function map(item: Attributes, name: string): Attributes {
  const value = item[name] ?? {};
  if (!isMap(value)) throw new MalformedItem(name);
  // Own keys only: a key `__proto__` would make it inherit others.
  return { ...value };
}
