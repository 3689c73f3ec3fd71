/** Updates a session: reads it, computes its next state, and writes that only if nobody else has written since. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CALL_DEADLINE_MS,
  CONTENTION_BUDGET_MS,
  DeadlineExceeded,
  LATEST_WRITE_MS,
  monotonicNow,
  withDeadline,
} from '../../aws/deadlines.ts';
import { OptimisticLockError } from '../errors.ts';
import { assertAlive, type TimedSession } from '../lifecycle.ts';
import type { Session } from '../session.ts';
import { waitBefore } from './backoff.ts';
import { fromItem, type Item } from './dynamodb.ts';
import { getItem } from './get.ts';
import { changedAttributes, MalformedItem, parseItem, VERSION_ATTRIBUTE, WRITES_ATTRIBUTE } from './item.ts';
import { toAttributes } from './marshall.ts';
import type { SessionReference, SessionsTable } from './table.ts';

/** Attempts of read and write together. In each round one of the competing writers wins. */
const MAX_ROUNDS = 12;

/** The last writes that an item remembers: an update whose response was lost finds its own among them. */
const WRITES_KEPT = 16;

/** @param item the stored item that `session` was parsed from. */
export type Step = (session: Session, now: number, item: Item) => Session;

/** The attributes in which `after` differs from `before`. */
export type Changes = (before: Session, after: Session, item: Item) => Item;

/**
 * Stores and returns the session after `step`. No write revives an expired session.
 * @param step the next state; called again with a fresh session after a lost race. Its errors propagate. When it
 * returns the session that it was given, nothing is written.
 * @throws SessionNotFound, SessionExpired, OptimisticLockError, MalformedItem
 */
export async function updateSession(
  table: SessionsTable,
  reference: SessionReference,
  step: Step,
  changes: Changes = changedSettings,
): Promise<TimedSession> {
  const started = monotonicNow();
  const left = () => CALL_DEADLINE_MS - (monotonicNow() - started);
  const { tableName, defaults } = table.settings();
  const write = crypto.randomUUID().slice(0, 8);
  let now = Date.now();
  for (let round = 0; ; round += 1) {
    if (round > 0) await waitBefore(round);
    const item = await withDeadline(left(), (signal) => getItem(table, reference, signal));
    const before = parseItem(fromItem(item), defaults);
    const writes = item[WRITES_ATTRIBUTE]?.S?.split(' ') ?? [];
    if (writes.includes(write)) return assertAlive(before, now);
    now = Date.now();
    const { timing } = assertAlive(before, now);
    if (round === MAX_ROUNDS || monotonicNow() - started > CONTENTION_BUDGET_MS)
      throw new OptimisticLockError();
    const after = step(before, now, item);
    if (after === before) return { session: before, timing };
    const attributes: Item = {
      ...changes(before, after, item),
      [WRITES_ATTRIBUTE]: { S: [...writes, write].slice(-WRITES_KEPT).join(' ') },
    };
    const command = updateCommand(tableName, reference, attributes, parseVersion(item));
    // A write begun while the session was alive must not arrive long after its expiry.
    const lifetime = Math.max(LATEST_WRITE_MS, timing.expiresAt - Date.now());
    const deadline = Math.min(left(), lifetime);
    try {
      await withDeadline(deadline, (abortSignal) => table.client.send(command, { abortSignal }));
      return assertAlive(after, now);
    } catch (error) {
      const isTooLate = error instanceof DeadlineExceeded && deadline === lifetime;
      if (!(error instanceof ConditionalCheckFailedException) && !isTooLate) throw error;
    }
  }
}

export function changedSettings(before: Session, after: Session, item: Item): Item {
  const attributes = toAttributes(changedAttributes(before, after));
  const config = attributes['timeoutConfig']?.M;
  // Keeps what another program has put beside the settings.
  if (config) attributes['timeoutConfig'] = { M: { ...item['timeoutConfig']?.M, ...config } };
  return attributes;
}

/** Sets attributes, if the item still has the version that was read, and the owner. */
export function updateCommand(
  tableName: string,
  { sessionId, caller }: SessionReference,
  attributes: Item,
  version: AttributeValue | undefined,
): UpdateItemCommand {
  const entries = Object.entries({ ...attributes, [VERSION_ATTRIBUTE]: { N: nextVersion(version?.N) } });
  return new UpdateItemCommand({
    TableName: tableName,
    Key: { sessionId: { S: sessionId } },
    UpdateExpression: `SET ${entries.map((_, index) => `#a${index} = :v${index}`).join(', ')}`,
    ConditionExpression: [
      version === undefined
        ? 'attribute_exists(sessionId) AND attribute_not_exists(#version)'
        : '#version = :version',
      ...(caller.kind === 'owner' ? ['userId = :owner'] : []),
    ].join(' AND '),
    ExpressionAttributeNames: {
      '#version': VERSION_ATTRIBUTE,
      ...Object.fromEntries(entries.map(([name], index) => [`#a${index}`, name])),
    },
    ExpressionAttributeValues: {
      ...(version !== undefined && { ':version': version }),
      ...(caller.kind === 'owner' && { ':owner': { S: caller.userId } }),
      ...Object.fromEntries(entries.map(([, value], index) => [`:v${index}`, value])),
    },
  });
}

/** As it is stored: another program may count beyond what a double holds, and it is only compared. */
export function parseVersion(item: Item): AttributeValue | undefined {
  const version = item[VERSION_ATTRIBUTE];
  if (version !== undefined && version.N === undefined && !version.NULL)
    throw new MalformedItem(VERSION_ATTRIBUTE);
  return version;
}

/** Another version than this; the count starts again where a double has no next one. */
function nextVersion(version = '0'): string {
  const count = Number(version);
  return Number.isSafeInteger(count) && count < Number.MAX_SAFE_INTEGER ? String(count + 1) : '1';
}
