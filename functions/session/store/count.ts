/** Asks the table whether it is there, and how much is in it. */
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { CALL_DEADLINE_MS, withDeadline } from '../../aws/deadlines.ts';
import type { SessionsTable } from './table.ts';

/**
 * DynamoDB's own count of the items, which it renews about every six hours. Undefined when the table is not in a state
 * to serve. @throws the SDK's errors when DynamoDB does not answer.
 */
export async function countItems({ client, settings }: SessionsTable): Promise<number | undefined> {
  const command = new DescribeTableCommand({ TableName: settings().tableName });
  const { Table: table } = await withDeadline(CALL_DEADLINE_MS, (abortSignal) =>
    client.send(command, { abortSignal }),
  );
  const serves = table?.TableStatus === 'ACTIVE' || table?.TableStatus === 'UPDATING';
  return serves ? (table.ItemCount ?? 0) : undefined;
}
