/** Reads a session. */
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { parseSession, type Session } from '../session.ts';
import { plainItem } from './dynamodb.ts';
import { isPossibleId, operationDeadline, type SessionsTable } from './table.ts';

/**
 * The session with this id, as of now; undefined when there is none.
 * @throws CorruptSession when the item is no session, and the SDK's errors when DynamoDB does not answer.
 */
export async function findSession(table: SessionsTable, sessionId: string): Promise<Session | undefined> {
  const item = await findItem(table, sessionId, operationDeadline());
  return item && parseSession(item, table.settings().defaults);
}

/** The item of the session with this id, all of it. */
export async function findItem(
  { client, settings }: SessionsTable,
  sessionId: string,
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
  return item && plainItem(item);
}
