/** Changes a session: reads it, decides, and writes only if nobody else has written since. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { NumberValue, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import {
  CALL_DEADLINE_MS,
  CONTENTION_BUDGET_MS,
  DeadlineExceeded,
  LATEST_WRITE_MS,
  withDeadline,
} from '../../aws/deadlines.ts';
import { isRawJSON } from '../exact-number.ts';
import type { Session } from '../session.ts';
import { computeExpiry } from '../timing.ts';
import { waitBefore } from './backoff.ts';
import type { DocumentTable } from './document-table.ts';
import { findItem } from './find.ts';
import { changedAttributes, MalformedItem, parseItem } from './item.ts';
import { type SessionReference, VERSION_ATTRIBUTE } from './table.ts';

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

/**
 * The session after `step`, stored; undefined when there is no such session.
 * @param step from the session as stored to what it shall be; called again with a fresh one when the race was
 * lost. What it throws is thrown. When it gives back what it was given, nothing is written.
 * @throws OptimisticLockError
 */
export async function changeSession(
  table: DocumentTable,
  reference: SessionReference,
  step: (session: Session) => Session,
): Promise<Session | undefined> {
  const started = performance.now();
  const left = () => CALL_DEADLINE_MS - (performance.now() - started);
  const { tableName, defaults } = table.settings();
  const write = crypto.randomUUID().slice(0, 8);
  for (let round = 0; ; round += 1) {
    if (round > 0) await waitBefore(round);
    const item = await withDeadline(left(), (signal) => findItem(table, reference, signal));
    if (!item) return undefined;
    const before = parseItem(item, defaults);
    const writes = parseWrites(item);
    if (writes.includes(write)) return before;
    if (round === MAX_ROUNDS || performance.now() - started > CONTENTION_BUDGET_MS)
      throw new OptimisticLockError();
    const after = step(before);
    if (after === before) return before;
    const changes = {
      ...changedAttributes(before, after),
      [WRITES_ATTRIBUTE]: [...writes, write].slice(-WRITES_KEPT).join(' '),
    };
    const command = updateCommand(tableName, reference, changes, parseVersion(item));
    // A write that was decided on while the session was alive must not arrive when it has long expired.
    const lifetime = Math.max(LATEST_WRITE_MS, computeExpiry(before) - Date.now());
    const deadline = Math.min(left(), lifetime);
    try {
      await withDeadline(deadline, (abortSignal) => table.documents.send(command, { abortSignal }));
      return after;
    } catch (error) {
      const isTooLate = error instanceof DeadlineExceeded && deadline === lifetime;
      if (!(error instanceof ConditionalCheckFailedException) && !isTooLate) throw error;
    }
  }
}

function parseWrites(item: Record<string, unknown>): string[] {
  const writes = item[WRITES_ATTRIBUTE];
  return typeof writes === 'string' ? writes.split(' ') : [];
}

/** Sets attributes, if the item still has the version that was read, and the owner. */
function updateCommand(
  tableName: string,
  { sessionId, caller }: SessionReference,
  changes: Record<string, unknown>,
  version: number | NumberValue | undefined,
): UpdateCommand {
  const entries = Object.entries({ ...changes, [VERSION_ATTRIBUTE]: nextVersion(version) });
  return new UpdateCommand({
    TableName: tableName,
    Key: { sessionId },
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
      ...(caller.kind === 'owner' && { ':owner': caller.userId }),
      ...Object.fromEntries(entries.map(([, value], index) => [`:v${index}`, value])),
    },
  });
}

/** Any number will do, also one of another program's that a double can't hold: it is only compared. */
function parseVersion(item: Record<string, unknown>): number | NumberValue | undefined {
  const version = item[VERSION_ATTRIBUTE];
  if (version === undefined || typeof version === 'number') return version;
  if (isRawJSON(version)) return NumberValue.from(version.rawJSON);
  throw new MalformedItem(VERSION_ATTRIBUTE);
}

/** Another version than this; the count starts again where a double has no next one. */
const nextVersion = (version: number | NumberValue | undefined = 0): number =>
  Number.isSafeInteger(version) && Number(version) < Number.MAX_SAFE_INTEGER ? Number(version) + 1 : 1;
