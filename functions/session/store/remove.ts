/** Deletes a session, even an expired or malformed one. */
import { ConditionalCheckFailedException, DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { CALL_DEADLINE_MS, withDeadline } from '../../aws/deadlines.ts';
import { isValidKey, type SessionReference, type SessionsTable } from './table.ts';

/** False if there was none. */
export async function removeSession(
  { client, settings }: SessionsTable,
  { sessionId, caller }: SessionReference,
): Promise<boolean> {
  if (!isValidKey(sessionId) || caller.kind === 'nobody') return false;
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
    return true;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // A delete whose first answer was lost ends here too: the session is gone.
    return false;
  }
}
