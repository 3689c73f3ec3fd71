/** Changes a session: reads it, decides, and writes only if nobody else has written since. */
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
import type { Session } from '../session.ts';
import { computeExpiry } from '../timing.ts';
import { waitBefore } from './backoff.ts';
import { fromItem, type Item } from './dynamodb.ts';
import { findItem } from './find.ts';
import { changedAttributes, MalformedItem, parseItem } from './item.ts';
import { toAttributes } from './marshall.ts';
import { type SessionReference, type SessionsTable, VERSION_ATTRIBUTE } from './table.ts';

/** Attempts of read and write together. In each round one of the competing writers wins. */
const MAX_ROUNDS = 12;

/**
 * Names the writes that an item got last, so that one whose answer was lost is recognized and not applied
 * twice, also when others have written since.
 */
const WRITES_ATTRIBUTE = 'lastWrites';
const WRITES_KEPT = 16;

/** Concurrent changes won every retry. */
export class OptimisticLockError extends Error {
  override readonly name = 'LostRace';
}

/** What becomes of a session: its next state, and the attributes that it differs in. */
export interface Change {
  session: Session;
  attributes: Item;
}

/**
 * The session after `step`, stored; undefined when there is no such session.
 * @param step from the session as stored to what it shall be; called again with a fresh one when the race was
 * lost. What it throws is thrown. When it returns what it was given, nothing is written.
 * @throws OptimisticLockError
 */
export const changeSession = (
  table: SessionsTable,
  reference: SessionReference,
  step: (session: Session) => Session,
): Promise<Session | undefined> =>
  changeItem(table, reference, (before, item) => {
    const session = step(before);
    if (session === before) return undefined;
    const attributes = toAttributes(changedAttributes(before, session));
    const config = attributes['timeoutConfig']?.M;
    // What another program has put beside the settings stays.
    if (config) attributes['timeoutConfig'] = { M: { ...item['timeoutConfig']?.M, ...config } };
    return { session, attributes };
  });

/** As changeSession. @param decide gets the item too, as DynamoDB has it; undefined writes nothing. */
export async function changeItem(
  table: SessionsTable,
  reference: SessionReference,
  decide: (session: Session, item: Item) => Change | undefined,
): Promise<Session | undefined> {
  const started = monotonicNow();
  const left = () => CALL_DEADLINE_MS - (monotonicNow() - started);
  const { tableName, defaults } = table.settings();
  const write = crypto.randomUUID().slice(0, 8);
  for (let round = 0; ; round += 1) {
    if (round > 0) await waitBefore(round);
    const item = await withDeadline(left(), (signal) => findItem(table, reference, signal));
    if (!item) return undefined;
    const before = parseItem(fromItem(item), defaults);
    const writes = parseWrites(item);
    if (writes.includes(write)) return before;
    if (round === MAX_ROUNDS || monotonicNow() - started > CONTENTION_BUDGET_MS)
      throw new OptimisticLockError();
    const change = decide(before, item);
    if (!change) return before;
    const attributes: Item = {
      ...change.attributes,
      [WRITES_ATTRIBUTE]: { S: [...writes, write].slice(-WRITES_KEPT).join(' ') },
    };
    const command = updateCommand(tableName, reference, attributes, parseVersion(item));
    // A write that was decided on while the session was alive must not arrive when it has long expired.
    const lifetime = Math.max(LATEST_WRITE_MS, computeExpiry(before) - Date.now());
    const deadline = Math.min(left(), lifetime);
    try {
      await withDeadline(deadline, (abortSignal) => table.client.send(command, { abortSignal }));
      return change.session;
    } catch (error) {
      const isTooLate = error instanceof DeadlineExceeded && deadline === lifetime;
      if (!(error instanceof ConditionalCheckFailedException) && !isTooLate) throw error;
    }
  }
}

const parseWrites = (item: Item): string[] => item[WRITES_ATTRIBUTE]?.S?.split(' ') ?? [];

/** Sets attributes, if the item still has the version that was read, and the owner. */
function updateCommand(
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
function parseVersion(item: Item): AttributeValue | undefined {
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
