/** Deletes every session of a user or of an agent, within a budget. */
import { ConditionalCheckFailedException, DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { Budget } from './budget.ts';
import { type IndexedBy, type PageKey, queryKeys } from './query.ts';
import type { SessionsTable } from './table.ts';

/** The budget of one call: sessions deleted, and milliseconds. */
export const DELETE_BUDGET = { items: 100, milliseconds: 3000 };

const CONCURRENCY = 10;

export interface Deletion {
  deleted: number;
  /** Whether there may be more. */
  remaining: boolean;
}

/**
 * Deletes the sessions that have this value in this attribute. Each delete has that as its condition: an index
 * may be behind, and names sessions that have become another's or are gone.
 * @throws the SDK's errors when DynamoDB does not respond. No delete goes on after that.
 */
export async function deleteSessions(
  table: SessionsTable,
  attribute: IndexedBy,
  value: string,
  budget = new Budget(DELETE_BUDGET),
): Promise<Deletion> {
  const source = { kind: 'index', attribute, value } as const;
  let deleted = 0;
  let after: PageKey | undefined;
  for (let round = 0; round === 0 || (after !== undefined && !budget.isSpent); round += 1) {
    const request = { limit: DELETE_BUDGET.items, round, after };
    const { keys, next } = await budget.call((signal) => queryKeys(table, source, request, signal));
    for (let start = 0; start < keys.length; ) {
      if (budget.isSpent) return { deleted, remaining: true };
      const batch = keys.slice(start, start + Math.max(1, Math.min(CONCURRENCY, budget.itemsLeft)));
      start += batch.length;
      const outcomes = await budget.call((signal) =>
        Promise.all(batch.map((key) => deleteOne(table, key, attribute, value, signal))),
      );
      const count = outcomes.filter(Boolean).length;
      deleted += count;
      budget.spend({ items: count });
    }
    after = next;
  }
  return { deleted, remaining: after !== undefined };
}

/** False if the session is gone, or another's. */
async function deleteOne(
  { client, settings }: SessionsTable,
  { sessionId = '' }: PageKey,
  attribute: IndexedBy,
  value: string,
  abortSignal: AbortSignal,
): Promise<boolean> {
  const command = new DeleteItemCommand({
    TableName: settings().tableName,
    Key: { sessionId: { S: sessionId } },
    ConditionExpression: '#attribute = :value',
    ExpressionAttributeNames: { '#attribute': attribute },
    ExpressionAttributeValues: { ':value': { S: value } },
  });
  try {
    await client.send(command, { abortSignal });
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
