/** A table on which a route runs in its function's init, without reading or writing any session. */
import type { IncomingMessage } from 'node:http';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { monotonicNow, WARM_UP_DEADLINE_MS, withDeadline } from '../../aws/deadlines.ts';
import { collectBytes } from './dynamodb.ts';
import type { SessionsTable } from './table.ts';

/**
 * A UUID that no session has, because it is new in each sandbox. It is no secret: Math.random will do, and half
 * of the functions need to load crypto.randomUUID for nothing else.
 */
export const SAMPLE_ID = `00000000-0000-4000-8000-${Math.random().toFixed(12).slice(2)}`;

/** Two reads that find nothing cost half a read unit each, a write whose condition fails one write unit. */
const MOST = { reads: 2, writes: 1 };

const READS = ['GetItemCommand', 'QueryCommand', 'BatchGetItemCommand', 'DescribeTableCommand'];
const WRITES = ['PutItemCommand', 'UpdateItemCommand', 'DeleteItemCommand'];

/** No item can meet it. */
const NEVER = 'attribute_exists(sessionId) AND attribute_not_exists(sessionId)';

/** As much of a command as a rehearsal changes: all are of this form. */
interface Command {
  middlewareStack: {
    add(middleware: Middleware, position: { step: 'initialize' | 'deserialize'; priority: 'low' }): void;
  };
}

type Middleware = (next: Next, context: { commandName: string }) => Next;
type Next = (call: { input: Input }) => Promise<{ response: unknown }>;

interface Input {
  ConsistentRead?: boolean;
  ConditionExpression?: string;
  RequestItems?: Record<string, { ConsistentRead?: boolean }>;
}

interface Response {
  statusCode: number;
  headers: object;
  body: Uint8Array | IncomingMessage;
}

/**
 * Its first calls are sent, which opens the connection and makes V8 compile the way to DynamoDB: reads are
 * eventually consistent, and a write has a condition that no item meets. Calls after them are not. A sample
 * takes the place of all answers, so that V8 compiles what reads them too. All calls share one deadline.
 */
export function rehearsalTable(table: SessionsTable): SessionsTable {
  const client: DynamoDBClient = Object.create(table.client);
  const left = { ...MOST };
  const started = monotonicNow();
  const send = async (command: Command) => {
    let isSent = false;
    command.middlewareStack.add(
      (next, { commandName }) =>
        (call) => {
          if (READS.includes(commandName)) isSent = left.reads-- > 0;
          else if (WRITES.includes(commandName)) isSent = left.writes-- > 0;
          if (isSent) makeHarmless(call.input, WRITES.includes(commandName));
          return next(call);
        },
      { step: 'initialize', priority: 'low' },
    );
    command.middlewareStack.add(
      (next) => async (call) => {
        const body = sampleAnswer(table.settings().tableName);
        if (!isSent) return { response: { statusCode: 200, headers: {}, body } };
        const result = await next(call);
        await replaceAnswer(result.response as Response, body);
        return result;
      },
      { step: 'deserialize', priority: 'low' },
    );
    const timeLeft = WARM_UP_DEADLINE_MS - (monotonicNow() - started);
    return await withDeadline(timeLeft, (abortSignal) =>
      table.client.send(command as unknown as Parameters<DynamoDBClient['send']>[0], { abortSignal }),
    );
  };
  Object.defineProperty(client, 'send', { value: send });
  return { client, settings: table.settings };
}

function makeHarmless(input: Input, isWrite: boolean): void {
  for (const read of [input, ...Object.values(input.RequestItems ?? {})]) {
    if (read.ConsistentRead) read.ConsistentRead = false;
  }
  const condition = input.ConditionExpression;
  if (isWrite) input.ConditionExpression = condition === undefined ? NEVER : `(${condition}) AND ${NEVER}`;
}

/** Puts `body` in the place of DynamoDB's answer, a failed condition included; other failures stay. */
async function replaceAnswer(response: Response, body: Uint8Array): Promise<void> {
  if (response.statusCode !== 200 && response.statusCode !== 400) return;
  // To its end, which frees the connection.
  const answered = Buffer.from(await collectBytes(response.body as IncomingMessage));
  const isSuccess = response.statusCode === 200 || answered.includes('ConditionalCheckFailedException');
  response.body = isSuccess ? body : answered;
  if (isSuccess) response.statusCode = 200;
}

/** DynamoDB's answer to any call, in the bytes of its protocol: each takes of it what it knows. */
export function sampleAnswer(tableName: string): Uint8Array {
  const now = { S: new Date().toISOString() };
  const minutes = { N: '1' };
  const item = {
    sessionId: { S: SAMPLE_ID },
    agentId: { S: SAMPLE_ID },
    userId: { S: SAMPLE_ID },
    createdAt: now,
    lastActivity: now,
    metadata: { M: { sample: { S: '' } } },
    timeoutConfig: {
      M: {
        timeoutMinutes: minutes,
        autoRenew: { BOOL: true },
        maxDurationMinutes: minutes,
        warningThresholdMinutes: minutes,
      },
    },
  };
  return Buffer.from(JSON.stringify({ Item: item, Items: [item], Responses: { [tableName]: [item] } }));
}
