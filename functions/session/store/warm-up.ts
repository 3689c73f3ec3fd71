/** Makes the calls of a function's warm-up harmless: no session is read or written. */
import type { IncomingMessage } from 'node:http';
import { monotonicNow, WARM_UP_DEADLINE_MS, withDeadline } from '../../aws/deadlines.ts';
import { collectBytes } from './dynamodb.ts';
import type { SessionsTable } from './table.ts';

/**
 * A UUID that no session has, because it is new in each sandbox. It is no secret, so Math.random will do: half of
 * the functions would load crypto.randomUUID for this alone.
 */
export const SAMPLE_ID = `00000000-0000-4000-8000-${Math.random().toFixed(12).slice(2)}`;

/** Two reads that find nothing cost half a read unit each, a write whose condition fails one write unit. */
const MOST = { reads: 2, writes: 1 };

const READS = ['GetItemCommand', 'QueryCommand', 'BatchGetItemCommand', 'DescribeTableCommand'];
const WRITES = ['PutItemCommand', 'UpdateItemCommand', 'DeleteItemCommand'];

/** No item meets it. */
const NEVER = 'attribute_exists(sessionId) AND attribute_not_exists(sessionId)';

/** The inputs of reads and writes, as far as the warm-up changes them. */
interface Input {
  ConsistentRead?: boolean;
  ConditionExpression?: string;
  RequestItems?: Record<string, { ConsistentRead?: boolean }>;
}

/**
 * Runs a route on the table. Its first calls are sent, which opens the connection and makes V8 compile the way to
 * DynamoDB: reads are eventually consistent, and a write has a condition that no item meets. Later calls are not
 * sent. One sample response replaces every other, a failure too, so that V8 compiles what reads them and nothing is
 * tried again. Takes WARM_UP_DEADLINE_MS at most, and never fails.
 */
export async function warmUp(
  { client, settings }: SessionsTable,
  run: () => Promise<unknown>,
): Promise<void> {
  const { middlewareStack, config } = client;
  const left = { ...MOST };
  const started = monotonicNow();
  /** The contexts of the calls that are sent. */
  const sent = new WeakSet<object>();
  middlewareStack.add(
    (next, context) => (args) => {
      const isWrite = WRITES.includes(context.commandName ?? '');
      const isSent = isWrite
        ? left.writes-- > 0
        : READS.includes(context.commandName ?? '') && left.reads-- > 0;
      if (!isSent) return next(args);
      sent.add(context);
      return next({ ...args, input: { ...args.input, ...makeHarmless(args.input as Input, isWrite) } });
    },
    { step: 'initialize', priority: 'low', name: 'warmUpInput' },
  );
  middlewareStack.add(
    (_next, context) => async (args) => {
      const timeLeft = WARM_UP_DEADLINE_MS - (monotonicNow() - started);
      if (sent.has(context) && timeLeft > 0) {
        await withDeadline(timeLeft, async (abortSignal) => {
          const { response } = await config.requestHandler.handle(args.request as never, { abortSignal });
          // To its end, which frees the connection.
          await collectBytes(response.body as IncomingMessage);
        }).catch(() => {});
      }
      const body = sampleResponse(settings().tableName);
      return { response: { statusCode: 200, headers: {}, body } } as never;
    },
    { step: 'deserialize', priority: 'low', name: 'warmUpResponse' },
  );
  try {
    await run();
  } catch {
    // A failure surfaces at the first request.
  } finally {
    middlewareStack.remove('warmUpInput');
    middlewareStack.remove('warmUpResponse');
  }
}

function makeHarmless(
  { RequestItems: batch, ConditionExpression: condition }: Input,
  isWrite: boolean,
): Input {
  if (isWrite)
    return { ConditionExpression: condition === undefined ? NEVER : `(${condition}) AND ${NEVER}` };
  if (!batch) return { ConsistentRead: false };
  const reads = Object.entries(batch).map(([table, read]) => [table, { ...read, ConsistentRead: false }]);
  return { RequestItems: Object.fromEntries(reads) };
}

/** One sample body for every operation, in DynamoDB's protocol; each deserializer reads the fields it knows. */
export function sampleResponse(tableName: string): Uint8Array {
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
