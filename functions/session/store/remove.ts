/** Deletes a session, even an expired or malformed one. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { CALL_DEADLINE_MS, withDeadline } from '../../aws/deadlines.ts';
import type { DocumentTable } from './document-table.ts';
import { isValidKey, type SessionReference } from './table.ts';

/** False if there was none. */
export async function removeSession(
  { documents, settings }: DocumentTable,
  { sessionId, caller }: SessionReference,
): Promise<boolean> {
  if (!isValidKey(sessionId) || caller.kind === 'nobody') return false;
  const command = new DeleteCommand({
    TableName: settings().tableName,
    Key: { sessionId },
    ...(caller.kind === 'owner'
      ? { ConditionExpression: 'userId = :owner', ExpressionAttributeValues: { ':owner': caller.userId } }
      : { ConditionExpression: 'attribute_exists(sessionId)' }),
  });
  try {
    await withDeadline(CALL_DEADLINE_MS, (abortSignal) => documents.send(command, { abortSignal }));
    return true;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // A delete whose first answer was lost ends here too: the session is gone.
    return false;
  }
}
