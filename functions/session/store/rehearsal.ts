/** A table on which a route runs in its function's init, without reading or writing any session. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { WARM_UP_DEADLINE_MS, withDeadline } from '../../aws/deadlines.ts';
import type { SessionsTable } from './table.ts';
import { answeredWith, type Middleware, sampleAnswer, type WithMiddleware } from './warm-up.ts';

/** As much of a command as a rehearsal changes. */
interface Command extends WithMiddleware {
  input: { ConsistentRead?: boolean | undefined; ConditionExpression?: string | undefined };
}

/** No item can meet it. */
const NEVER = 'attribute_exists(sessionId) AND attribute_not_exists(sessionId)';

/**
 * Only the first call is sent, which opens the connection: a read is eventually consistent, a write has a
 * condition that no item meets. A sample takes the place of its answer, and of those to all calls after it, so
 * that V8 compiles what reads answers.
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
  // A read has no such member, and does not send it.
  const condition = input.ConditionExpression;
  input.ConditionExpression = condition === undefined ? NEVER : `(${condition}) AND ${NEVER}`;
}

const unsent =
  (body: () => Uint8Array): Middleware =>
  () =>
  async () => ({ response: { statusCode: 200, headers: {}, body: body() } });
