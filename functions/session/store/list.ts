/** Lists sessions, a page at a time. What a page costs depends on its limit and not on the table. */
import { BatchGetCommand, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { CALL_DEADLINE_MS, withDeadline } from '../../aws/deadlines.ts';
import { CorruptSession, parseSession, type Session } from '../session.ts';
import { waitBefore } from './backoff.ts';
import type { DocumentTable } from './documents.ts';

/** The table's indexes: the sessions of a user and of an agent, by creation. They hold keys only. */
export const INDEXES = { userId: 'byUser', agentId: 'byAgent' } as const;

export type IndexedBy = keyof typeof INDEXES;

/** Where a page ends: the key of the last item that was looked at. */
export type PageKey = Record<string, string>;

export interface Page {
  /** Newest first when they are those of a user or an agent. May be fewer than the limit, and none, before the end. */
  sessions: Session[];
  /** Absent on the last page. */
  next?: PageKey;
}

export interface PageRequest {
  by?: { attribute: IndexedBy; value: string };
  limit: number;
  after?: PageKey;
}

/** Items that are no sessions are left out. @throws the SDK's errors when DynamoDB does not answer. */
export async function listSessions(table: DocumentTable, request: PageRequest): Promise<Page> {
  return await withDeadline(CALL_DEADLINE_MS, async (abortSignal) => {
    const { keys, next } = request.by
      ? await query(table, request, request.by, abortSignal)
      : await scan(table, request, abortSignal);
    const items = await batchGet(table, keys, abortSignal);
    const sessions = keys.flatMap((key) => sessionOf(items.get(key), table));
    return { sessions, ...(next && { next }) };
  });
}

interface Keys {
  keys: string[];
  next: PageKey | undefined;
}

async function query(
  { documents, settings }: DocumentTable,
  { limit, after }: PageRequest,
  { attribute, value }: { attribute: IndexedBy; value: string },
  abortSignal: AbortSignal,
): Promise<Keys> {
  const { Items: items, LastEvaluatedKey: last } = await documents.send(
    new QueryCommand({
      TableName: settings().tableName,
      IndexName: INDEXES[attribute],
      KeyConditionExpression: '#attribute = :value',
      ExpressionAttributeNames: { '#attribute': attribute },
      ExpressionAttributeValues: { ':value': value },
      ScanIndexForward: false,
      Limit: limit,
      ExclusiveStartKey: after,
    }),
    { abortSignal },
  );
  return { keys: (items ?? []).map(({ sessionId }) => String(sessionId)), next: last };
}

async function scan(
  { documents, settings }: DocumentTable,
  { limit, after }: PageRequest,
  abortSignal: AbortSignal,
): Promise<Keys> {
  const { Items: items, LastEvaluatedKey: last } = await documents.send(
    new ScanCommand({
      TableName: settings().tableName,
      ProjectionExpression: 'sessionId',
      Limit: limit,
      ExclusiveStartKey: after,
    }),
    { abortSignal },
  );
  return { keys: (items ?? []).map(({ sessionId }) => String(sessionId)), next: last };
}

type Items = Map<string, Record<string, unknown>>;

/** DynamoDB answers as many as fit into 16 MB and names the rest, which is asked for again. */
async function batchGet(
  { documents, settings }: DocumentTable,
  keys: string[],
  abortSignal: AbortSignal,
): Promise<Items> {
  const { tableName } = settings();
  const items: Items = new Map();
  let left: Record<string, unknown>[] = keys.map((sessionId) => ({ sessionId }));
  for (let round = 0; left.length > 0; round += 1) {
    if (round > 0) await waitBefore(round);
    const answer = await documents.send(
      new BatchGetCommand({ RequestItems: { [tableName]: { Keys: left, ConsistentRead: true } } }),
      { abortSignal },
    );
    for (const item of answer.Responses?.[tableName] ?? []) items.set(String(item['sessionId']), item);
    left = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
  }
  return items;
}

function sessionOf(item: Record<string, unknown> | undefined, { settings }: DocumentTable): Session[] {
  if (!item) return [];
  try {
    return [parseSession(item, settings().defaults)];
  } catch (error) {
    if (error instanceof CorruptSession) return [];
    throw error;
  }
}
