/** Parses records of the table's stream. */
import type { DynamoDBRecord } from 'aws-lambda';
import type { Session } from '../session/session.ts';
import { fromItem, type Item } from '../session/store/dynamodb.ts';
import { parseItem } from '../session/store/item.ts';
import type { TimeoutConfig } from '../session/timeout-config.ts';

export type Change =
  | { kind: 'created' | 'rearmed'; session: Session }
  | {
      kind: 'removed';
      session: Session;
      /** Epoch milliseconds. */
      at: number;
      isPurge: boolean;
    };

/** The principal of TTL deletes (DynamoDB's developer guide, "DynamoDB Streams and TTL"). */
const TTL_PRINCIPAL = 'dynamodb.amazonaws.com';

/** @throws MalformedItem */
export function parseChange(record: DynamoDBRecord, defaults: TimeoutConfig): Change {
  const {
    NewImage: after,
    OldImage: before,
    ApproximateCreationDateTime: seconds = 0,
  } = record.dynamodb ?? {};
  const parse = (image: unknown) => parseItem(fromItem((image ?? {}) as Item), defaults);
  if (after) return { kind: before ? 'rearmed' : 'created', session: parse(after) };
  const isByService = record.userIdentity?.principalId === TTL_PRINCIPAL;
  const purgeAt = Number(before?.['purgeAt']?.N ?? Number.NaN);
  return {
    kind: 'removed',
    session: parse(before),
    at: 1000 * seconds,
    // In other replicas a TTL delete arrives as a plain delete.
    isPurge: isByService || purgeAt <= seconds,
  };
}
