/** Reads a session. */
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { parseSession, type Session } from '../session.ts';
import { plainItem } from './dynamodb.ts';
import { isPossibleId, operationDeadline, type SessionReference, type SessionsTable } from './table.ts';

/**
 * The session, as of now; undefined when there is none.
 * @throws CorruptSession when the item is no session, and the SDK's errors when DynamoDB does not answer.
 */
export async function findSession(
  table: SessionsTable,
  reference: SessionReference,
): Promise<Session | undefined> {
  const item = await findItem(table, reference, operationDeadline());
  return item && parseSession(item, table.settings().defaults);
}

/** The session's item, all of it. */
export async function findItem(
  { client, settings }: SessionsTable,
  { sessionId, owner }: SessionReference,
  abortSignal: AbortSignal,
): Promise<Record<string, unknown> | undefined> {
  if (!isPossibleId(sessionId)) return undefined;
  const { Item: item } = await client.send(
    // Strongly consistent: a client that creates a session and reads it at once must find it.
    new GetItemCommand({
      TableName: settings().tableName,
      Key: { sessionId: { S: sessionId } },
      ConsistentRead: true,
    }),
    { abortSignal },
  );
  // Nothing more is done with another's session than with none.
  if (!item || (owner !== undefined && item['userId']?.S !== owner)) return undefined;
  return plainItem(item);
}
