/** The sessions table of the synthesized stack, in a DynamoDB engine of its own (dynalite). */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient, PutCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import { inject } from 'vitest';
import { exactNumber } from '../../functions/session/exact-number.ts';
import { ensureTable } from '../../local/dynamodb/tables.ts';
import { readTemplate } from '../../local/stack/template.ts';
import { startEngine } from './engine.ts';

export interface TestTable {
  endpoint: string;
  name: string;
  put(item: Record<string, unknown>): Promise<void>;
  putMany(items: Record<string, unknown>[]): Promise<void>;
  /** Every item, whole. */
  items(): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** The table at an endpoint, as a program outside the service would use it. */
export function tableAt(endpoint: string, name: string): Omit<TestTable, 'close'> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region: 'us-east-1' }), {
    unmarshallOptions: { wrapNumbers: exactNumber },
  });
  return {
    endpoint,
    name,
    async put(item) {
      await client.send(new PutCommand({ TableName: name, Item: item }));
    },
    async putMany(items) {
      // DynamoDB takes 25 in a call.
      for (let start = 0; start < items.length; start += 25) {
        const puts = items.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } }));
        await client.send(new BatchWriteCommand({ RequestItems: { [name]: puts } }));
      }
    },
    async items() {
      const items: Record<string, unknown>[] = [];
      for await (const { Items = [] } of paginateScan({ client }, { TableName: name })) items.push(...Items);
      return items;
    },
  };
}

export async function createSessionsTable(): Promise<TestTable> {
  const { endpoint, close } = await startEngine();
  const [definition] = readTemplate(inject('stacks').none, 'us-east-1').tables;
  if (!definition) throw new Error('The stack has no table');
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1' });
  await ensureTable(client, definition);
  client.destroy();
  return {
    ...tableAt(endpoint, definition.name),
    close,
  };
}
