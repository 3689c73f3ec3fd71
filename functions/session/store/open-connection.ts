/** Makes the first call to DynamoDB before there is a request. */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { WARM_UP_DEADLINE_MS } from '../time-budget.ts';
import type { SessionsTable } from './table.ts';

/**
 * A read that finds nothing: afterwards names are resolved, the connection is open and the SDK's code is compiled.
 * Eventually consistent, it costs half a read unit. Never fails: a DynamoDB that does not answer, or an environment
 * without a table, is met by the request itself.
 */
export async function openConnection({ client, settings }: SessionsTable): Promise<void> {
  try {
    const command = new GetCommand({ TableName: settings().tableName, Key: { sessionId: ' ' } });
    await client.send(command, { abortSignal: AbortSignal.timeout(WARM_UP_DEADLINE_MS) });
  } catch {}
}
