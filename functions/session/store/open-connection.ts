/** Makes the first calls to DynamoDB before there is a request. */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { WARM_UP_DEADLINE_MS } from '../time-budget.ts';
import type { SessionsTable } from './table.ts';

/**
 * Two reads that find nothing: afterwards names are resolved, the connection is open and the SDK's code is compiled.
 * Eventually consistent, they cost half a read unit each. Never fails: a DynamoDB that does not answer, or an
 * environment without a table, is met by the request itself.
 */
export async function openConnection({ client, settings }: SessionsTable): Promise<void> {
  const abortSignal = AbortSignal.timeout(WARM_UP_DEADLINE_MS);
  // The first opens the connection, the second goes the way of all others: over an open one.
  for (let read = 0; read < 2; read += 1) {
    try {
      const command = new GetCommand({ TableName: settings().tableName, Key: { sessionId: ' ' } });
      await client.send(command, { abortSignal });
    } catch {}
  }
}
