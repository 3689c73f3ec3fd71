/** Fences an expired session against writes in flight, so that its state is final. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { CALL_DEADLINE_MS, withDeadline } from '../../aws/deadlines.ts';
import { SessionNotFound } from '../errors.ts';
import type { Session } from '../session.ts';
import { fromItem, type Item } from './dynamodb.ts';
import { getItem } from './get.ts';
import { parseItem } from './item.ts';
import type { SessionsTable } from './table.ts';
import { parseVersion, updateCommand } from './update.ts';

/** A session with its stored item. */
export interface Snapshot {
  session: Session;
  item: Item;
}

/** @throws MalformedItem */
export async function readSnapshot(table: SessionsTable, sessionId: string): Promise<Snapshot | undefined> {
  try {
    const item = await withDeadline(CALL_DEADLINE_MS, (signal) =>
      getItem(table, { sessionId, caller: { kind: 'service' } }, signal),
    );
    return { session: parseItem(fromItem(item), table.settings().defaults), item };
  } catch (error) {
    if (error instanceof SessionNotFound) return undefined;
    throw error;
  }
}

/**
 * Increments the item's version, so that writes based on an earlier version fail.
 * @returns false if the item has changed since the snapshot.
 */
export async function fenceWrites(table: SessionsTable, { session, item }: Snapshot): Promise<boolean> {
  const reference = { sessionId: session.sessionId, caller: { kind: 'service' } } as const;
  const command = updateCommand(table.settings().tableName, reference, {}, parseVersion(item));
  try {
    await withDeadline(CALL_DEADLINE_MS, (abortSignal) => table.client.send(command, { abortSignal }));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
