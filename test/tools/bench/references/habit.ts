/** The habit: the document client as its documentation shows it, in a bundle of CDK's defaults. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';

const { DYNAMODB_ENDPOINT: endpoint = '', TABLE_NAME } = process.env;
const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint }));

interface Event {
  pathParameters: { sessionId: string };
}

export async function handler(event: Event): Promise<object> {
  const { sessionId } = event.pathParameters;
  const { Item: item } = await client.send(
    new GetCommand({ TableName: TABLE_NAME, Key: { sessionId }, ConsistentRead: true }),
  );
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(item) };
}
