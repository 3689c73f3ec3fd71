/** Reads a session. */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { parseSession, type Session } from '../session.ts';
import { isPossibleId, operationDeadline, type SessionsTable } from './table.ts';

/**
 * The session with this id, as of now; undefined when there is none.
 * @throws CorruptSession when the item is no session, and the SDK's errors when DynamoDB does not answer.
 */
export async function findSession(
  { client, settings }: SessionsTable,
  sessionId: string,
  abortSignal: AbortSignal = operationDeadline(),
): Promise<Session | undefined> {
  if (!isPossibleId(sessionId)) return undefined;
  const { tableName, defaults } = settings();
  const { Item: item } = await client.send(
    // Strongly consistent: a client that creates a session and reads it at once must find it.
    new GetCommand({ TableName: tableName, Key: { sessionId }, ConsistentRead: true }),
    { abortSignal },
  );
  return item && parseSession(item, defaults);
}
