/** A table on which a route runs in its function's init, without reading or writing any session. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { WARM_UP_DEADLINE_MS, withDeadline } from '../../aws/deadlines.ts';
import type { SessionsTable } from './table.ts';
import { sampleAnswer } from './warm-up.ts';

/** As much of a command as a rehearsal changes. */
interface Command {
  input: { ConsistentRead?: boolean | undefined; ConditionExpression?: string | undefined };
  middlewareStack: {
    add(middleware: Middleware, options: { step: 'deserialize'; priority: 'low' }): void;
  };
}

type Middleware = (next: Next) => Next;
type Next = (request: object) => Promise<{ response: unknown; output?: unknown }>;

/** No item can meet it. */
const NEVER = 'attribute_exists(sessionId) AND attribute_not_exists(sessionId)';

/**
 * Only the first call is sent, which opens the connection: a read is eventually consistent, a write has a condition that no
 * item meets. Whatever DynamoDB answers to it, and all calls after it, are answered with a sample, so that V8 compiles what
 * reads answers.
 */
export function rehearsalTable(table: SessionsTable): SessionsTable {
  const client: DynamoDBClient = Object.create(table.client);
  let isFirst = true;
  const send = async (command: Command) => {
    const body = () => sampleAnswer(table.settings().tableName);
    command.middlewareStack.add(isFirst ? answeredWith(body) : unsent(body), {
      step: 'deserialize',
      priority: 'low',
    });
    if (isFirst) makeHarmless(command);
    isFirst = false;
    return await withDeadline(WARM_UP_DEADLINE_MS, (abortSignal) =>
      table.client.send(command as unknown as Parameters<DynamoDBClient['send']>[0], { abortSignal }),
    );
  };
  Object.defineProperty(client, 'send', { value: send });
  return { client, settings: table.settings };
}

function makeHarmless({ input }: Command): void {
  if (input.ConsistentRead) input.ConsistentRead = false;
  if (input.ConditionExpression !== undefined)
    input.ConditionExpression = `(${input.ConditionExpression}) AND ${NEVER}`;
}

const answeredWith =
  (body: () => Uint8Array): Middleware =>
  (next) =>
  async (request) => {
    const result = await next(request);
    const response = result.response as { statusCode: number; body: AsyncIterable<Uint8Array> | Uint8Array };
    if (response.statusCode !== 200 && response.statusCode !== 400) return result;
    // Read to its end, which frees the connection.
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body) chunks.push(chunk as Uint8Array);
    const isAnswered =
      response.statusCode === 200 || Buffer.concat(chunks).includes('ConditionalCheckFailedException');
    response.body = isAnswered ? body() : Buffer.concat(chunks);
    if (isAnswered) response.statusCode = 200;
    return result;
  };

const unsent =
  (body: () => Uint8Array): Middleware =>
  () =>
  async () => ({ response: { statusCode: 200, headers: {}, body: body() } });
