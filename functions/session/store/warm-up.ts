/** The first calls to DynamoDB, before the first request. */
import { WARM_UP_DEADLINE_MS, withDeadline } from '../../aws/deadlines.ts';
import type { Session } from '../session.ts';
import { fromItem } from './dynamodb.ts';
import { buildRead, type Read, sendRead } from './find.ts';
import { parseItem } from './item.ts';
import type { SessionsTable } from './table.ts';

/**
 * Two reads that find nothing: afterwards names are resolved, the connection is open and the SDK's code is
 * compiled. Eventually consistent, they cost half a read unit each. Never fails: a DynamoDB that does not
 * answer, or an environment without a table, is met by the request itself.
 * @param hasOwners whether sessions are read for their owners.
 * @returns a session that exists only here, in the place of the last answer; undefined when a read failed.
 */
export async function warmUpRead(table: SessionsTable, hasOwners: boolean): Promise<Session | undefined> {
  // No session has such an id.
  const read = () =>
    buildRead(
      table,
      { sessionId: ' ', caller: hasOwners ? { kind: 'owner', userId: ' ' } : { kind: 'anyone' } },
      false,
    );
  try {
    const item = await withDeadline(WARM_UP_DEADLINE_MS, async (abortSignal) => {
      // The first opens the connection. The second goes the way of all requests: over an open one, and to an
      // item. A third takes more time than it saves.
      await sendRead(table, read(), abortSignal);
      return await sendRead(table, answeredWithSample(read()), abortSignal);
    });
    return item && parseItem(fromItem(item), table.settings().defaults);
  } catch {
    return undefined;
  }
}

/** Only an item makes the SDK run, and V8 compile, the code that reads items. */
function answeredWithSample(read: Read): Read {
  (read as unknown as WithMiddleware).middlewareStack.add(answeredWith(sampleAnswer), {
    step: 'deserialize',
    priority: 'low',
  });
  return read;
}

/** As much of any command as a rehearsal needs: the middleware of all is of the same form. */
export interface WithMiddleware {
  middlewareStack: {
    add(middleware: Middleware, options: { step: 'deserialize'; priority: 'low' }): void;
  };
}

export type Middleware = (next: Next) => Next;
type Next = (request: object) => Promise<{ response: unknown; output?: unknown }>;

/** Puts `body` in the place of DynamoDB's answer, a failed condition included; other failures stay. */
export const answeredWith =
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

/** DynamoDB's answer to any call, in the bytes of its protocol: each takes of it what it knows. */
export function sampleAnswer(tableName = ''): Uint8Array {
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
  return Buffer.from(
    JSON.stringify({ Item: item, Items: [item], ...(tableName && { Responses: { [tableName]: [item] } }) }),
  );
}

export const SAMPLE_ID = '00000000-0000-4000-8000-000000000000';
