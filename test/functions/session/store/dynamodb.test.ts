import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import {
  dynamoDBClient,
  UNUSED_MIDDLEWARE,
  USER_AGENT,
} from '../../../../functions/session/store/dynamodb.ts';
import { type FaultyServer, startFaultyServer } from '../../../support/faulty-server.ts';

const body = '{"Item":{"sessionId":{"S":"x"}}}';
const head = 'HTTP/1.1 200 OK\r\nx-amzn-requestid: request-1\r\n';
const answer = `${head}content-length: ${body.length}\r\n\r\n${body}`;
const read = new GetItemCommand({ TableName: 'sessions', Key: { sessionId: { S: 'x' } } });

describe('the DynamoDB client of the functions', () => {
  let server: FaultyServer;
  afterEach(() => server.close());

  const clientOf = ({ endpoint }: FaultyServer): DynamoDBClient =>
    dynamoDBClient({ DYNAMODB_ENDPOINT: endpoint, AWS_REGION: 'us-east-1' });

  it('does no work for a logger that is not there, and names itself in one word', async () => {
    const received: string[] = [];
    server = await startFaultyServer((socket, request) => {
      received.push(request);
      socket.write(answer);
    });
    const client = clientOf(server);
    const logged: unknown[] = [];
    const log = (...content: unknown[]) => logged.push(content);
    Object.assign(client.config.logger, { info: log, error: log });
    await client.send(read);
    expect(logged).toEqual([]);
    expect(received).toHaveLength(1);
    expect(received[0]?.match(/^(x-amz-)?user-agent: .*/gim)).toEqual([`user-agent: ${USER_AGENT}`]);
  });

  it('puts together a response that comes in parts', async () => {
    // Larger than what a socket is read by at once.
    const sessionId = 'x'.repeat(300_000);
    const parts = JSON.stringify({ Item: { sessionId: { S: sessionId } } });
    server = await startFaultyServer((socket) =>
      socket.write(`${head}content-length: ${parts.length}\r\n\r\n${parts}`),
    );
    expect((await clientOf(server).send(read)).Item).toEqual({ sessionId: { S: sessionId } });
  });

  it.each([
    ['of no length', 'content-length: 0\r\n\r\n'],
    ['of no chunks', 'transfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
  ])('takes no response %s for one without an item', async (_what, end) => {
    server = await startFaultyServer((socket) => socket.write(head + end));
    await expect(clientOf(server).send(read)).rejects.toThrow('sent an empty response');
  });

  it.each([
    ['503 Service Unavailable'],
    ['500 Internal Server Error'],
    ['429 Too Many Requests'],
    ['400 Bad Request', 'x-amzn-errortype: ThrottlingException\r\n'],
  ])('tries again after a %s without a body', async (status, headers = '') => {
    let first = true;
    server = await startFaultyServer((socket) => {
      socket.write(first ? `HTTP/1.1 ${status}\r\n${headers}content-length: 0\r\n\r\n` : answer);
      first = false;
    });
    expect(await clientOf(server).send(read)).toMatchObject({ $metadata: { attempts: 2 } });
  });

  it('keeps what DynamoDB calls the request when its response breaks off', async () => {
    server = await startFaultyServer((socket) => {
      socket.end(answer.slice(0, -1));
    });
    await expect(clientOf(server).send(read)).rejects.toMatchObject({
      $metadata: { httpStatusCode: 200, requestId: 'request-1' },
    });
  });
});

it('an endpoint variable that is empty is none', async () => {
  const client = dynamoDBClient({ DYNAMODB_ENDPOINT: '', AWS_REGION: 'eu-west-1' });
  const { url } = client.config.endpointProvider({ Region: 'eu-west-1' });
  expect(url.hostname).toBe('dynamodb.eu-west-1.amazonaws.com');
});

it.each(UNUSED_MIDDLEWARE)("%s is still a part of the SDK's client that can be left out", (name) => {
  expect(new DynamoDBClient({ region: 'us-east-1' }).middlewareStack.remove(name)).toBe(true);
});
