/** Sessions in DynamoDB. The only file that imports the AWS SDK; it knows nothing of HTTP. */
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { documentClient } from './dynamodb.ts';
import { parseSession, type Session } from './session.ts';
import { CALL_DEADLINE_MS, WARM_UP_DEADLINE_MS } from './time-budget.ts';
import { type TimeoutConfig, timeoutDefaults } from './timeout-config.ts';

/** The environment variable with the name of the sessions table. */
export const TABLE_VARIABLE = 'TABLE_NAME';

/** DynamoDB's limit for a partition key, in bytes of UTF-8 (its developer guide, "Service quotas"). */
export const MAX_SESSION_ID_BYTES = 2048;

export interface SessionStore {
  /**
   * The session with this id, as of now; undefined when there is none.
   * @throws CorruptSession when the item is no session, and the SDK's errors when DynamoDB does not answer.
   */
  find(sessionId: string): Promise<Session | undefined>;

  /**
   * Makes the first call to DynamoDB before there is a request: names are resolved, the connection is open and the
   * SDK's code is compiled when one comes. Never fails: a DynamoDB that does not answer is met by the request itself.
   */
  warmUp(): Promise<void>;
}

/** The store that `environment` points at. What is wrong in the environment shows at the first call. */
export function sessionStore(environment: NodeJS.ProcessEnv): SessionStore {
  const client = documentClient(environment);
  let settings: Settings | undefined;

  return {
    async find(sessionId) {
      if (!isPossibleId(sessionId)) return undefined;
      settings ??= readSettings(environment);
      const { Item: item } = await client.send(
        // Strongly consistent: a client that creates a session and reads it at once must find it.
        new GetCommand({ TableName: settings.tableName, Key: { sessionId }, ConsistentRead: true }),
        { abortSignal: AbortSignal.timeout(CALL_DEADLINE_MS) },
      );
      return item && parseSession(item, settings.defaults);
    },

    async warmUp() {
      const tableName = environment[TABLE_VARIABLE];
      if (!tableName) return;
      const deadline = AbortSignal.timeout(WARM_UP_DEADLINE_MS);
      // The first read opens the connection, the second goes the way of all others: over an open one.
      for (let read = 0; read < 2; read += 1) await readNothing(client, tableName, deadline);
    },
  };
}

/** A GetItem that finds nothing and never fails. Eventually consistent, it costs half a read unit. */
async function readNothing(
  client: DynamoDBDocumentClient,
  tableName: string,
  abortSignal: AbortSignal,
): Promise<void> {
  const read = new GetCommand({ TableName: tableName, Key: { sessionId: ' ' } });
  await client.send(read, { abortSignal }).catch(() => {});
}

interface Settings {
  tableName: string;
  defaults: TimeoutConfig;
}

function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const tableName = environment[TABLE_VARIABLE];
  if (!tableName) throw new Error(`${TABLE_VARIABLE} is not set`);
  return { tableName, defaults: timeoutDefaults(environment) };
}

/** False for ids that no item can have, so that they cost no call: empty, too long, or not encodable as UTF-8. */
function isPossibleId(sessionId: string): boolean {
  return sessionId !== '' && sessionId.isWellFormed() && Buffer.byteLength(sessionId) <= MAX_SESSION_ID_BYTES;
}
