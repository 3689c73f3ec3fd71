/** Probes whether the table responds. */
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { CALL_DEADLINE_MS, withDeadline } from '../../aws/deadlines.ts';
import type { SessionsTable } from './table.ts';

/** No session that a client can reach: its path is that of the service's health. */
const PROBED_ID = 'health';

/**
 * Reads from the table, eventually consistent: half a read unit. @throws the SDK's errors when DynamoDB does
 * not respond.
 */
export async function probeTable({ client, settings }: SessionsTable): Promise<void> {
  const command = new GetItemCommand({
    TableName: settings().tableName,
    Key: { sessionId: { S: PROBED_ID } },
    ProjectionExpression: 'sessionId',
  });
  await withDeadline(CALL_DEADLINE_MS, (abortSignal) => client.send(command, { abortSignal }));
}
