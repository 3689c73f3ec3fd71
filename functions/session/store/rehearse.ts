/** Makes the first calls to DynamoDB before there is a request. */
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { parseSession, type Session } from '../session.ts';
import { WARM_UP_DEADLINE_MS } from '../time-budget.ts';
import { plainItem } from './dynamodb.ts';
import type { SessionsTable } from './table.ts';

/**
 * Two reads that find nothing: afterwards names are resolved, the connection is open and the SDK's code is compiled.
 * Eventually consistent, they cost half a read unit each. Never fails: a DynamoDB that does not answer, or an
 * environment without a table, is met by the request itself.
 * @returns a session that exists only here, in the place of the second read's answer; undefined when a read failed.
 */
export async function rehearseFind(table: SessionsTable): Promise<Session | undefined> {
  const abortSignal = AbortSignal.timeout(WARM_UP_DEADLINE_MS);
  try {
    // The first opens the connection, the second goes the way of all others: over an open one, and to an item.
    await table.client.send(readOfNothing(table), { abortSignal });
    const { Item: item } = await table.client.send(answeredWithSample(readOfNothing(table)), { abortSignal });
    return item && parseSession(plainItem(item), table.settings().defaults);
  } catch {
    return undefined;
  }
}

const readOfNothing = ({ settings }: SessionsTable): GetItemCommand =>
  new GetItemCommand({ TableName: settings().tableName, Key: { sessionId: { S: ' ' } } });

/** Only an item makes the SDK run, and V8 compile, the code that reads items. */
function answeredWithSample(read: GetItemCommand): GetItemCommand {
  read.middlewareStack.add(
    (next) => async (request) => {
      const result = await next(request);
      const response = result.response as {
        statusCode: number;
        body: AsyncIterable<Uint8Array> | Uint8Array;
      };
      if (response.statusCode === 200) {
        // Read to its end, which frees the connection.
        for await (const _chunk of response.body);
        response.body = sampleAnswer();
      }
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  return read;
}

/** DynamoDB's answer to GetItem, in the bytes of its protocol. */
function sampleAnswer(): Uint8Array {
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
  return Buffer.from(JSON.stringify({ Item: item }));
}

const SAMPLE_ID = '00000000-0000-4000-8000-000000000000';
