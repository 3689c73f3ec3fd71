/** Sessions in DynamoDB. The only file that imports the AWS SDK; it knows nothing of HTTP. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { exactNumber } from './metadata.ts';
import { parseSession, type Session } from './session.ts';
import { CALL_DEADLINE_MS, CONNECTION_TIMEOUT_MS, MAX_ATTEMPTS, REQUEST_TIMEOUT_MS } from './time-budget.ts';
import { type TimeoutConfig, timeoutDefaults } from './timeout-config.ts';

/** The environment variables that say where the sessions are. */
export const STORE_VARIABLES = { tableName: 'TABLE_NAME', endpoint: 'DYNAMODB_ENDPOINT' } as const;

/** DynamoDB's limit for a partition key, in bytes of UTF-8 (its developer guide, "Service quotas"). */
export const MAX_SESSION_ID_BYTES = 2048;

export interface SessionStore {
  /**
   * The session with this id, as of now; undefined when there is none.
   * @throws CorruptSession when the item is no session, and the SDK's errors when DynamoDB does not answer.
   */
  find(sessionId: string): Promise<Session | undefined>;
}

/** The store that `environment` points at. What is wrong in the environment shows at the first call. */
export function sessionStore(environment: NodeJS.ProcessEnv): SessionStore {
  const endpoint = environment[STORE_VARIABLES.endpoint];
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      ...(endpoint !== undefined && { endpoint }),
      maxAttempts: MAX_ATTEMPTS,
      requestHandler: {
        connectionTimeout: CONNECTION_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        throwOnRequestTimeout: true,
      },
    }),
    { unmarshallOptions: { wrapNumbers: exactNumber } },
  );
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
  };
}

interface Settings {
  tableName: string;
  defaults: TimeoutConfig;
}

function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const tableName = environment[STORE_VARIABLES.tableName];
  if (!tableName) throw new Error(`${STORE_VARIABLES.tableName} is not set`);
  return { tableName, defaults: timeoutDefaults(environment) };
}

/** False for ids that no item can have, so that they cost no call: empty, too long, or not encodable as UTF-8. */
function isPossibleId(sessionId: string): boolean {
  return sessionId !== '' && sessionId.isWellFormed() && Buffer.byteLength(sessionId) <= MAX_SESSION_ID_BYTES;
}
