/** Reads a session. */
import { GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { CALL_DEADLINE_MS, withDeadline } from '../../aws/deadlines.ts';
import { SessionNotFound } from '../errors.ts';
import type { Session } from '../session.ts';
import { fromItem, type Item } from './dynamodb.ts';
import { parseItem } from './item.ts';
import { isValidKey, type SessionReference, type SessionsTable } from './table.ts';

/** @throws SessionNotFound, MalformedItem, and the SDK's errors when DynamoDB does not respond. */
export async function getSession(table: SessionsTable, reference: SessionReference): Promise<Session> {
  const item = await withDeadline(CALL_DEADLINE_MS, (signal) => getItem(table, reference, signal));
  return parseItem(fromItem(item), table.settings().defaults);
}

/**
 * The session's item, all of it. Strongly consistent: a client that creates a session and reads it at once must
 * find it. With owners, a Query filters by owner in DynamoDB: another user's session costs exactly what a missing
 * one does.
 * @throws SessionNotFound
 */
export async function getItem(
  { client, settings }: SessionsTable,
  { sessionId, caller }: SessionReference,
  abortSignal: AbortSignal,
): Promise<Item> {
  if (!isValidKey(sessionId) || caller.kind === 'nobody') throw new SessionNotFound();
  const shared = { TableName: settings().tableName, ConsistentRead: true };
  let item: Item | undefined;
  if (caller.kind === 'owner') {
    const query = new QueryCommand({
      ...shared,
      KeyConditionExpression: 'sessionId = :sessionId',
      FilterExpression: 'userId = :owner',
      ExpressionAttributeValues: { ':sessionId': { S: sessionId }, ':owner': { S: caller.userId } },
    });
    item = (await client.send(query, { abortSignal })).Items?.[0];
  } else {
    const get = new GetItemCommand({ ...shared, Key: { sessionId: { S: sessionId } } });
    item = (await client.send(get, { abortSignal })).Item;
  }
  if (!item) throw new SessionNotFound();
  return item;
}
