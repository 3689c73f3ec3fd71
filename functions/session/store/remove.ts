/** Deletes a session, whatever state it or its item is in. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { CALL_DEADLINE_MS, withDeadline } from '../../aws/deadlines.ts';
import type { DocumentTable } from './document-table.ts';
import { isValidKey, type SessionReference } from './table.ts';

/** False when there was none. */
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
    // So ends, too, a delete whose first answer was lost: what was asked for is the case.
    return false;
  }
}
