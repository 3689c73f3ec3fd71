/** Changes a session: reads it, decides, and writes only if nobody else has written since. */
import { setTimeout as delay } from 'node:timers/promises';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { changedAttributes } from '../item.ts';
import { CorruptSession, parseSession, type Session } from '../session.ts';
import { findItem } from './find.ts';
import { operationDeadline, type SessionsTable, VERSION_ATTRIBUTE } from './table.ts';

/** Of the read and the write together. Each round one of the competing writers wins. */
const MAX_ROUNDS = 12;

/** The longest wait before the second round, in milliseconds; it doubles with each, up to the limit. */
const FIRST_WAIT_MS = 10;
const LONGEST_WAIT_MS = 160;

/** The write that an item got last, so that one whose answer was lost is recognised and not made twice. */
const WRITE_ATTRIBUTE = 'lastWrite';

/** Others were faster, in every round. */
export class LostRace extends Error {
  override readonly name = 'LostRace';
}

/**
 * The session after `step`, stored; undefined when there is no such session.
 * @param step from the session as stored to what it shall be; called again with a fresh one when the race was lost.
 * What it throws is thrown. When it gives back what it was given, nothing is written.
 * @throws LostRace
 */
export async function changeSession(
  table: SessionsTable,
  sessionId: string,
  step: (session: Session) => Session,
): Promise<Session | undefined> {
  const abortSignal = operationDeadline();
  const { tableName, defaults } = table.settings();
  const write = crypto.randomUUID();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    if (round > 0) await delay(jittered(round));
    const item = await findItem(table, sessionId, abortSignal);
    if (!item) return undefined;
    const before = parseSession(item, defaults);
    if (round > 0 && item[WRITE_ATTRIBUTE] === write) return before;
    const after = step(before);
    if (after === before) return before;
    const changes = { ...changedAttributes(before, after), [WRITE_ATTRIBUTE]: write };
    try {
      await table.client.send(updateCommand(tableName, before.sessionId, changes, versionOf(item)), {
        abortSignal,
      });
      return after;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
  throw new LostRace(`Lost ${MAX_ROUNDS} rounds`);
}

/** Sets attributes, if the item still has the version that was read. */
function updateCommand(
  tableName: string,
  sessionId: string,
  changes: Record<string, unknown>,
  version: number | undefined,
): UpdateCommand {
  const entries = Object.entries({ ...changes, [VERSION_ATTRIBUTE]: (version ?? 0) + 1 });
  return new UpdateCommand({
    TableName: tableName,
    Key: { sessionId },
    UpdateExpression: `SET ${entries.map((_, index) => `#a${index} = :v${index}`).join(', ')}`,
    ConditionExpression:
      version === undefined
        ? 'attribute_exists(sessionId) AND attribute_not_exists(#version)'
        : '#version = :version',
    ExpressionAttributeNames: {
      '#version': VERSION_ATTRIBUTE,
      ...Object.fromEntries(entries.map(([name], index) => [`#a${index}`, name])),
    },
    ExpressionAttributeValues: {
      ...(version !== undefined && { ':version': version }),
      ...Object.fromEntries(entries.map(([, value], index) => [`:v${index}`, value])),
    },
  });
}

function versionOf(item: Record<string, unknown>): number | undefined {
  const version = item[VERSION_ATTRIBUTE];
  if (version !== undefined && !Number.isSafeInteger(version)) throw new CorruptSession(VERSION_ATTRIBUTE);
  return version as number | undefined;
}

function jittered(round: number): number {
  return Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** round);
}
