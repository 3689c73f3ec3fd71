/**
 * A DynamoDB and a Secrets Manager on 127.0.0.1 that answer each operation with the same success, at next to
 * no cost.
 */
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { close, listen } from '../../../local/loopback.ts';
import { AGENT_ID, USER_ID } from '../../support/session-item.ts';

export const API_KEY = 'a-key';

/** Every n-th write loses its race, which makes a function read and wait and try again. */
const LOST_RACES = 50;

export interface AwsStub {
  endpoint: string;
  close(): Promise<void>;
}

export async function startAwsStub(): Promise<AwsStub> {
  let writes = 0;
  const server = createServer(async (request, response) => {
    const body = JSON.parse((await buffer(request)).toString());
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    if (operation === 'UpdateItem') writes += 1;
    const isLost = operation === 'UpdateItem' && writes % LOST_RACES === 0;
    const answer = isLost ? { __type: 'x#ConditionalCheckFailedException' } : answers[operation]?.(body);
    response.writeHead(isLost || !answer ? 400 : 200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(answer ?? { __type: `x#${operation} is not known` }));
  });
  const port = await listen(server, 0);
  return { endpoint: `http://127.0.0.1:${port}`, close: () => close(server) };
}

type Body = { RequestItems?: Record<string, unknown>; IndexName?: string };

const answers: Record<string, (body: Body) => object> = {
  GetItem: () => ({ Item: item() }),
  Query: ({ IndexName }) => ({
    Items: [IndexName === undefined ? item() : keys()],
    ConsumedCapacity: { CapacityUnits: 0.5 },
  }),
  Scan: () => ({ Items: [{ sessionId: keys().sessionId }], ConsumedCapacity: { CapacityUnits: 0.5 } }),
  BatchGetItem: ({ RequestItems = {} }) => ({
    Responses: { [Object.keys(RequestItems)[0] ?? '']: [item()] },
  }),
  PutItem: () => ({}),
  UpdateItem: () => ({}),
  DeleteItem: () => ({}),
  DescribeTable: () => ({ Table: { TableStatus: 'ACTIVE', ItemCount: 1 } }),
  GetSecretValue: () => ({ SecretString: JSON.stringify({ one: API_KEY }) }),
};

/** Alive for 19 days, so that whatever waits for a session's end waits for long. */
const minutes = { N: '28000' };

function keys() {
  return {
    sessionId: { S: 'session-1' },
    userId: { S: USER_ID },
    createdAt: { S: new Date().toISOString() },
  };
}

function item() {
  const now = { S: new Date().toISOString() };
  return {
    ...keys(),
    agentId: { S: AGENT_ID },
    createdAt: now,
    lastActivity: now,
    metadata: { M: { channel: { S: 'web' } } },
    timeoutConfig: {
      M: {
        timeoutMinutes: minutes,
        autoRenew: { BOOL: true },
        maxDurationMinutes: minutes,
        warningThresholdMinutes: { N: '5' },
      },
    },
    version: { N: '1' },
  };
}
