/** DynamoDB's time to live, which the embedded DynamoDB lacks. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import type { TableDefinition } from '../stack/stack-definition.ts';

type Key = Record<string, AttributeValue>;

/** DynamoDB leaves items whose time passed longer ago (its developer guide, "Using time to live"). */
const OLDEST_SECONDS = 5 * 365 * 24 * 60 * 60;

/** Deletes at a time. */
const CONCURRENCY = 16;

/**
 * Deletes the items whose time to live has passed, and returns their keys.
 * @param now epoch milliseconds.
 */
export async function purgeExpired(
  client: DynamoDBClient,
  table: TableDefinition,
  now: number,
): Promise<Key[]> {
  const { name: TableName, timeToLiveAttribute, keySchema } = table;
  if (timeToLiveAttribute === undefined) return [];
  const purged: Key[] = [];
  const keys = keySchema.map(({ AttributeName }) => AttributeName);
  const seconds = Math.floor(now / 1000);
  const isPast = '#ttl < :now AND #ttl > :oldest';
  const names = { '#ttl': timeToLiveAttribute };
  const values = { ':now': { N: String(seconds) }, ':oldest': { N: String(seconds - OLDEST_SECONDS) } };
  const scan = {
    TableName,
    FilterExpression: isPast,
    ProjectionExpression: keys.map((_, index) => `#key${index}`).join(', '),
    ExpressionAttributeNames: { ...names, ...Object.fromEntries(keys.map((key, i) => [`#key${i}`, key])) },
    ExpressionAttributeValues: values,
  };
  for await (const { Items: items = [] } of paginateScan({ client }, scan)) {
    for (let start = 0; start < items.length; start += CONCURRENCY) {
      const deletes = items.slice(start, start + CONCURRENCY).map(async (Key) => {
        try {
          await client.send(
            new DeleteItemCommand({
              TableName,
              Key,
              // It may have been given more time since.
              ConditionExpression: isPast,
              ExpressionAttributeNames: names,
              ExpressionAttributeValues: values,
            }),
          );
          purged.push(Key);
        } catch (error) {
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
        }
      });
      await Promise.all(deletes);
    }
  }
  return purged;
}
