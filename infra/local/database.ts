/** The DynamoDB that the local host uses: an embedded one, or one that already runs. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import type { TableDefinition } from './template.ts';

/** Starts an in-memory DynamoDB on 127.0.0.1; rejects with EADDRINUSE when the port is taken. */
export async function startEmbeddedDynamoDB(port: number): Promise<{ endpoint: string; server: Server }> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: actual } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${actual}`, server };
}

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
    // The embedded DynamoDB has no TTL. Nothing that is served depends on it: expiry is computed at every read.
    if (!(error instanceof Error && error.name === 'UnknownOperationException')) throw error;
  }
}
