/** Reads items by their keys, several at once. */
import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { waitBefore } from './backoff.ts';
import type { Item } from './dynamodb.ts';
import type { PageKey } from './keys.ts';
import type { SessionsTable } from './table.ts';

export interface Batch {
  /** By session id. */
  items: Map<string, Item>;
  /** Ids that a throttled table did not answer in time. */
  unanswered: Set<string>;
  /** What DynamoDB has read, as it counts it. */
  bytes: number;
}

/** What DynamoDB counts for a read unit, strongly consistent. */
const BYTES_PER_UNIT = 4096;

/** DynamoDB's limit for an item: where its count is missing, each may be as large. */
const MAX_ITEM_BYTES = 400 * 1024;

/**
 * The items as they are now: an index, or a scan, may be behind. DynamoDB names what it did not answer, for
 * size or because it is throttled, which is asked for again.
 * @param isOver whether the time for that is up.
 */
export async function batchGet(
  { client, settings }: SessionsTable,
  keys: PageKey[],
  isOver: () => boolean,
  abortSignal: AbortSignal,
): Promise<Batch> {
  const { tableName } = settings();
  const batch: Batch = { items: new Map(), unanswered: new Set(), bytes: 0 };
  let left: Item[] = keys.map(({ sessionId = '' }) => ({ sessionId: { S: sessionId } }));
  for (let round = 0; left.length > 0 && (round === 0 || !isOver()); round += 1) {
    if (round > 0) await waitBefore(round);
    const answer = await client.send(
      new BatchGetItemCommand({
        RequestItems: { [tableName]: { Keys: left, ConsistentRead: true } },
        ReturnConsumedCapacity: 'TOTAL',
      }),
      { abortSignal },
    );
    const units = answer.ConsumedCapacity?.[0]?.CapacityUnits;
    batch.bytes += units === undefined ? left.length * MAX_ITEM_BYTES : units * BYTES_PER_UNIT;
    for (const item of answer.Responses?.[tableName] ?? []) batch.items.set(item['sessionId']?.S ?? '', item);
    left = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
  }
  batch.unanswered = new Set(left.map(({ sessionId }) => sessionId?.S ?? ''));
  return batch;
}
