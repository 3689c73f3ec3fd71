/** Reads a session. */
import { GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { CALL_DEADLINE_MS, withDeadline } from '../../aws/deadlines.ts';
import type { Session } from '../session.ts';
import { fromItem, type Item } from './dynamodb.ts';
import { parseItem } from './item.ts';
import { isValidKey, type SessionReference, type SessionsTable } from './table.ts';

/**
 * The session, as of now; undefined when there is none.
 * @throws MalformedItem, and the SDK's errors when DynamoDB does not answer.
 */
export async function findSession(
  table: SessionsTable,
  reference: SessionReference,
): Promise<Session | undefined> {
  const item = await withDeadline(CALL_DEADLINE_MS, (signal) => findItem(table, reference, signal));
  return item && parseItem(fromItem(item), table.settings().defaults);
}

/** The session's item, all of it. */
export async function findItem(
  table: SessionsTable,
  reference: SessionReference,
  abortSignal: AbortSignal,
): Promise<Item | undefined> {
  if (!isValidKey(reference.sessionId) || reference.caller.kind === 'nobody') return undefined;
  return await sendRead(table, buildRead(table, reference), abortSignal);
}

export type Read = GetItemCommand | QueryCommand;

/** What a read has found. */
export async function sendRead(
  { client }: SessionsTable,
  read: Read,
  abortSignal: AbortSignal,
): Promise<Item | undefined> {
  if (read instanceof GetItemCommand) return (await client.send(read, { abortSignal })).Item;
  return (await client.send(read, { abortSignal })).Items?.[0];
}

/**
 * The call that reads a session. Where there are owners it is a query, which can leave out what is not the
 * owner's: what comes back, and the work it makes, is the same for another's session as for none, however
 * large that session is.
 * @param isConsistent a client that creates a session and reads it at once must find it.
 */
export function buildRead(
  { settings }: SessionsTable,
  { sessionId, caller }: SessionReference,
  isConsistent = true,
): Read {
  const { tableName } = settings();
  if (caller.kind !== 'owner') {
    return new GetItemCommand({
      TableName: tableName,
      Key: { sessionId: { S: sessionId } },
      ...(isConsistent && { ConsistentRead: true }),
    });
  }
  return new QueryCommand({
    TableName: tableName,
    KeyConditionExpression: 'sessionId = :sessionId',
    FilterExpression: 'userId = :owner',
    ExpressionAttributeValues: { ':sessionId': { S: sessionId }, ':owner': { S: caller.userId } },
    ...(isConsistent && { ConsistentRead: true }),
  });
}
