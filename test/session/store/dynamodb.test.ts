import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { dynamoDBClient, UNUSED_MIDDLEWARE, USER_AGENT } from '../../../functions/session/store/dynamodb.ts';
import { type FaultyServer, startFaultyServer } from '../../support/faulty-server.ts';

const body = '{"Item":{"sessionId":{"S":"x"}}}';
const answer = `HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

describe('the DynamoDB client of the functions', () => {
  let server: FaultyServer;
  afterEach(() => server.close());

  it('does no work for a logger that is not there, and names itself in one word', async () => {
    const received: string[] = [];
    server = await startFaultyServer((socket, request) => {
      received.push(request);
      socket.write(answer);
    });
    const client = dynamoDBClient({ DYNAMODB_ENDPOINT: server.endpoint, AWS_REGION: 'us-east-1' });
    const logged: unknown[] = [];
    const log = (...content: unknown[]) => logged.push(content);
    Object.assign(client.config.logger, { info: log, error: log });
    await client.send(new GetItemCommand({ TableName: 'sessions', Key: { sessionId: { S: 'x' } } }));
    expect(logged).toEqual([]);
    expect(received).toHaveLength(1);
    expect(received[0]?.match(/^(x-amz-)?user-agent: .*/gim)).toEqual([`user-agent: ${USER_AGENT}`]);
  });

  it.each([
    ['of no length', 'content-length: 0\r\n\r\n'],
    ['of no chunks', 'transfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
  ])('takes no answer %s for one that says that there is nothing', async (_what, end) => {
    server = await startFaultyServer((socket) => socket.write(`HTTP/1.1 200 OK\r\n${end}`));
    const client = dynamoDBClient({ DYNAMODB_ENDPOINT: server.endpoint, AWS_REGION: 'us-east-1' });
    await expect(
      client.send(new GetItemCommand({ TableName: 'sessions', Key: { sessionId: { S: 'x' } } })),
    ).rejects.toThrow('answered nothing');
  });
});

it.each(UNUSED_MIDDLEWARE)("%s is still a part of the SDK's client that can be left out", (name) => {
  expect(new DynamoDBClient({ region: 'us-east-1' }).middlewareStack.remove(name)).toBe(true);
});
