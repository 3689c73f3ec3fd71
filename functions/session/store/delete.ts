/** Deletes a session, even an expired or malformed one. */
import { ConditionalCheckFailedException, DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { CALL_DEADLINE_MS, withDeadline } from '../../aws/deadlines.ts';
import { SessionNotFound } from '../errors.ts';
import { isValidKey, type SessionReference, type SessionsTable } from './table.ts';

/** @throws SessionNotFound, also to a retry of a delete whose response was lost. */
export async function deleteSession(
  { client, settings }: SessionsTable,
  { sessionId, caller }: SessionReference,
): Promise<void> {
  if (!isValidKey(sessionId) || caller.kind === 'nobody') throw new SessionNotFound();
  const command = new DeleteItemCommand({
    TableName: settings().tableName,
    Key: { sessionId: { S: sessionId } },
    ...(caller.kind === 'owner'
      ? {
          ConditionExpression: 'userId = :owner',
          ExpressionAttributeValues: { ':owner': { S: caller.userId } },
        }
      : { ConditionExpression: 'attribute_exists(sessionId)' }),
  });
  try {
    await withDeadline(CALL_DEADLINE_MS, (abortSignal) => client.send(command, { abortSignal }));
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) throw new SessionNotFound();
    throw error;
  }
}
