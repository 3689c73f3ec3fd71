/** Finds the keys of sessions: in an index for a user or an agent, by a scan for everyone. */
import { QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { computeTiming } from '../timing.ts';
import { fromItem, type Item } from './dynamodb.ts';
import { MalformedItem, parseClocks } from './item.ts';
import type { SessionsTable, Settings } from './table.ts';

/** The table's indexes: the sessions of a user and of an agent, by creation. They hold keys only. */
export const INDEXES = { userId: 'byUser', agentId: 'byAgent' } as const;

export type IndexedBy = keyof typeof INDEXES;

/** A place in a list: an item's key, and in an index the index's key too. */
export type PageKey = Record<string, string>;

export type Status = 'active' | 'expired' | 'all';

export type KeySource =
  | { kind: 'index'; attribute: IndexedBy; value: string }
  /** A scan skips sessions of another status, before they are fetched. @param now epoch milliseconds. */
  | { kind: 'table'; status: Status; now: number };

export interface KeyRequest {
  /** Sessions that the page has room for. */
  limit: number;
  /** From 0. */
  round: number;
  after: PageKey | undefined;
}

export interface FoundKeys {
  keys: PageKey[];
  /** Where the next keys start; undefined when there are no more. */
  next: PageKey | undefined;
  scannedBytes: number;
}

/** DynamoDB counts half a read unit for each 4 KB that a call looks at, and a call looks at 1 MB at most. */
const BYTES_PER_UNIT = 8192;
const MAX_CALL_BYTES = 1024 * 1024;

/** Limit of each query but the first, which reads one key more than the page holds to know of a next page. */
const MAX_QUERIED = 100;

/** Grow the scan each round: few reads when sessions are active, few calls when most have expired. */
const SCAN_GROWTH = 4;

export async function queryKeys(
  { client, settings }: SessionsTable,
  source: KeySource,
  { limit, round, after }: KeyRequest,
  abortSignal: AbortSignal,
): Promise<FoundKeys> {
  const shared = {
    TableName: settings().tableName,
    ExclusiveStartKey: after && toKey(after),
    ReturnConsumedCapacity: 'TOTAL',
  } as const;
  const command =
    source.kind === 'index'
      ? new QueryCommand({ ...shared, ...buildQuery(source), Limit: round === 0 ? limit + 1 : MAX_QUERIED })
      : new ScanCommand({
          ...shared,
          ProjectionExpression: 'sessionId, createdAt, lastActivity, renewedAt, timeoutConfig',
          Limit: limit * SCAN_GROWTH ** Math.min(round, 8) + 1,
        });
  const response = await client.send(command as QueryCommand, { abortSignal });
  const items = (response.Items ?? []).map(fromItem);
  const units = response.ConsumedCapacity?.CapacityUnits;
  return {
    keys: (source.kind === 'index'
      ? items
      : items
          .filter((item) => hasStatus(item, source, settings()))
          .map(({ sessionId }) => ({ sessionId }))) as PageKey[],
    next: response.LastEvaluatedKey && (fromItem(response.LastEvaluatedKey) as PageKey),
    scannedBytes: units === undefined ? MAX_CALL_BYTES : units * BYTES_PER_UNIT,
  };
}

const buildQuery = ({ attribute, value }: KeySource & { kind: 'index' }) => ({
  IndexName: INDEXES[attribute],
  KeyConditionExpression: '#attribute = :value',
  ExpressionAttributeNames: { '#attribute': attribute },
  ExpressionAttributeValues: { ':value': { S: value } },
  ScanIndexForward: false,
});

const toKey = (key: PageKey): Item =>
  Object.fromEntries(Object.entries(key).map(([name, value]) => [name, { S: value }]));

function hasStatus(
  item: Record<string, unknown>,
  { status, now }: KeySource & { kind: 'table' },
  { defaults }: Settings,
): boolean {
  if (status === 'all') return true;
  try {
    return computeTiming(parseClocks(item, defaults), now).isExpired === (status === 'expired');
  } catch (error) {
    if (error instanceof MalformedItem) return false;
    throw error;
  }
}
