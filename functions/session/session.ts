/** The session as stored, the checks that an item must pass to be one, and the JSON that clients see. */
import { LoggableError } from '../observability/loggable-error.ts';
import { isMap, metadataFromItem } from './metadata.ts';
import type { TimeoutConfig } from './timeout-config.ts';
import { computeExpiry, type SessionClocks, type Timing } from './timing.ts';

/** Instants are epoch milliseconds. */
export interface Session extends SessionClocks {
  sessionId: string;
  agentId: string;
  userId: string;
  channelId?: string;
  metadata: Record<string, unknown>;
  renewalCount: number;
}

/** What clients see: the specification's fields, and `channelId` when it is stored. Dates are ISO 8601 UTC. */
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

/** A stored item that is malformed. Carries the attribute's name, never its value. */
export class CorruptSession extends LoggableError {
  override readonly name = 'CorruptSession';
  override readonly metric = 'CorruptItems';
  override readonly fields: { attribute: string };

  constructor(attribute: string) {
    super(`The stored session's ${attribute} is missing or malformed`);
    this.fields = { attribute };
  }
}

type Attributes = Record<string, unknown>;

/**
 * A DynamoDB item, unmarshalled, as a Session. Optional attributes get their defaults.
 * @throws CorruptSession for the first attribute that breaks the stored item's table (docs/stored-item.md).
 */
export function parseSession(item: Attributes, defaults: TimeoutConfig): Session {
  const session: Session = {
    sessionId: text(item, 'sessionId'),
    agentId: uuid(item, 'agentId'),
    userId: uuid(item, 'userId'),
    ...parseClocks(item, defaults),
    metadata: metadataFromItem(map(item, 'metadata')),
    renewalCount: wholeNumber(item, 'renewalCount', 0),
  };
  if (item['channelId'] !== undefined) session.channelId = uuid(item, 'channelId');
  return session;
}

/** As much of an item as tells when its session ends. @throws CorruptSession as above. */
export function parseClocks(item: Attributes, defaults: TimeoutConfig): SessionClocks {
  const clocks: SessionClocks = {
    createdAt: instant(item, 'createdAt'),
    lastActivity: instant(item, 'lastActivity'),
    timeoutConfig: parseTimeoutConfig(map(item, 'timeoutConfig'), defaults),
  };
  if (item['renewedAt'] !== undefined) clocks.renewedAt = instant(item, 'renewedAt');
  if (computeExpiry(clocks) > LAST_INSTANT) {
    throw new CorruptSession(item['timeoutConfig'] === undefined ? 'createdAt' : 'timeoutConfig');
  }
  return clocks;
}

/** The public JSON form of a session at the instant that `timing` was computed for. */
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

function parseTimeoutConfig(stored: Attributes, defaults: TimeoutConfig): TimeoutConfig {
  const minutes = (field: Exclude<keyof TimeoutConfig, 'autoRenew'>) =>
    wholeNumber(stored, field, defaults[field], 'timeoutConfig.');
  const autoRenew = stored['autoRenew'] === undefined ? defaults.autoRenew : stored['autoRenew'];
  if (typeof autoRenew !== 'boolean') throw new CorruptSession('timeoutConfig.autoRenew');
  return {
    timeoutMinutes: minutes('timeoutMinutes'),
    autoRenew,
    maxDurationMinutes: minutes('maxDurationMinutes'),
    warningThresholdMinutes: minutes('warningThresholdMinutes'),
  };
}

function text(item: Attributes, name: string): string {
  const value = item[name];
  if (typeof value !== 'string' || value === '') throw new CorruptSession(name);
  return value;
}

/** Any version, upper or lower case. */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function uuid(item: Attributes, name: string): string {
  const value = text(item, name);
  if (!UUID.test(value)) throw new CorruptSession(name);
  return value;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

/** RFC 3339's last instant: its years have four digits, and the answer's `expiresAt` is an RFC 3339 date-time. */
const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

function instant(item: Attributes, name: string): number {
  const value = text(item, name);
  const milliseconds = INSTANT.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(milliseconds)) throw new CorruptSession(name);
  // Date.parse rolls February 30 over into March; what it returns must still read as the day that was stored.
  if (!new Date(milliseconds).toISOString().startsWith(value.slice(0, 19))) throw new CorruptSession(name);
  return milliseconds;
}

function wholeNumber(item: Attributes, name: string, whenAbsent: number, prefix = ''): number {
  const value = item[name] === undefined ? whenAbsent : item[name];
  if (!Number.isSafeInteger(value) || typeof value !== 'number' || value < 0) {
    throw new CorruptSession(prefix + name);
  }
  return value;
}

function map(item: Attributes, name: string): Attributes {
  const value = item[name] === undefined ? {} : item[name];
  if (!isMap(value)) throw new CorruptSession(name);
  // What is the map's own, without what a key `__proto__` makes it inherit.
  return { ...value };
}
