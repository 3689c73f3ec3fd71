/** The tables of the stack, in whichever DynamoDB the local host uses. */
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import type { TableDefinition } from '../stack/stack-definition.ts';

/** Creates the table unless it exists. True when it was created just now. */
export async function ensureTable(client: DynamoDBClient, table: TableDefinition): Promise<boolean> {
  if (await exists(client, table.name)) return false;
  await client.send(
    new CreateTableCommand({
      TableName: table.name,
      KeySchema: table.keySchema,
      AttributeDefinitions: table.attributes,
      ...(table.indexes.length > 0 && { GlobalSecondaryIndexes: table.indexes }),
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 0.05 }, { TableName: table.name });
  await setTimeToLive(client, table);
  return true;
}

async function exists(client: DynamoDBClient, name: string): Promise<boolean> {
  try {
    await client.send(new DescribeTableCommand({ TableName: name }));
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}

async function setTimeToLive(client: DynamoDBClient, table: TableDefinition): Promise<void> {
  if (table.timeToLiveAttribute === undefined) return;
  try {
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName: table.name,
        TimeToLiveSpecification: { AttributeName: table.timeToLiveAttribute, Enabled: true },
      }),
    );
  } catch (error) {
    // The embedded DynamoDB has no TTL. Nothing that is served depends on it: expiry is computed at every
    // read.
    if (!(error instanceof Error && error.name === 'UnknownOperationException')) throw error;
  }
}
