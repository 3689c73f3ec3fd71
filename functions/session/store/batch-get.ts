/** Reads items by their keys, several at once. */
import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { waitBefore } from './backoff.ts';
import type { Budget } from './budget.ts';
import type { Item } from './dynamodb.ts';
import type { PageKey } from './query.ts';
import type { SessionsTable } from './table.ts';

export interface Batch {
  /** By session id. */
  items: Map<string, Item>;
  /** Ids that a throttled table left out until the budget was spent. */
  missed: Set<string>;
  /** Read by DynamoDB, as it counts them. */
  bytes: number;
}

/** What DynamoDB counts for a read unit, strongly consistent. */
const BYTES_PER_UNIT = 4096;

/** DynamoDB's limit for an item: where its count is missing, each may be as large. */
const MAX_ITEM_BYTES = 400 * 1024;

/**
 * The items as they are now: an index, or a scan, may be behind. DynamoDB names the keys that it left out, for
 * size or because it is throttled; they are requested again while the budget lasts.
 */
export async function batchGet(
  { client, settings }: SessionsTable,
  keys: PageKey[],
  budget: Budget,
): Promise<Batch> {
  const { tableName } = settings();
  const batch: Batch = { items: new Map(), missed: new Set(), bytes: 0 };
  let left: Item[] = keys.map(({ sessionId = '' }) => ({ sessionId: { S: sessionId } }));
  for (let round = 0; left.length > 0 && (round === 0 || !budget.isSpent); round += 1) {
    if (round > 0) await waitBefore(round);
    const command = new BatchGetItemCommand({
      RequestItems: { [tableName]: { Keys: left, ConsistentRead: true } },
      ReturnConsumedCapacity: 'TOTAL',
    });
    const response = await budget.call((abortSignal) => client.send(command, { abortSignal }));
    const units = response.ConsumedCapacity?.[0]?.CapacityUnits;
    batch.bytes += units === undefined ? left.length * MAX_ITEM_BYTES : units * BYTES_PER_UNIT;
    for (const item of response.Responses?.[tableName] ?? [])
      batch.items.set(item['sessionId']?.S ?? '', item);
    left = response.UnprocessedKeys?.[tableName]?.Keys ?? [];
  }
  batch.missed = new Set(left.map(({ sessionId }) => sessionId?.S ?? ''));
  return batch;
}
