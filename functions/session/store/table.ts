/** The sessions table, as every operation on it needs it. This folder is the only one that imports DynamoDB's SDK. */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LoggableError } from '../../observability/loggable-error.ts';
import { type TimeoutConfig, timeoutDefaults } from '../timeout-config.ts';
import { dynamoDBClient } from './dynamodb.ts';

/** The environment variable with the table's name. */
export const TABLE_VARIABLE = 'TABLE_NAME';

/** Counts the writes to an item; absent in one that others wrote. */
export const VERSION_ATTRIBUTE = 'version';

/** What a session was created with, so that a retry of the request can be told from another one. Only the API sets it. */
export const REQUEST_ATTRIBUTE = 'createRequest';

/** DynamoDB's limit for a partition key, in bytes of UTF-8 (its developer guide, "Service quotas"). */
export const MAX_KEY_BYTES = 2048;

export interface SessionsTable {
  client: DynamoDBClient;
  /** What is wrong in the environment shows at the first call, where it is answered and logged like any failure. */
  settings(): Settings;
}

export interface Settings {
  tableName: string;
  defaults: TimeoutConfig;
}

/** The table that `environment` points at. */
export function sessionsTable(environment: NodeJS.ProcessEnv): SessionsTable {
  let settings: Settings | undefined;
  return {
    client: dynamoDBClient(environment),
    settings() {
      settings ??= readSettings(environment);
      return settings;
    },
  };
}

function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const tableName = environment[TABLE_VARIABLE];
  if (!tableName) throw new LoggableError(`${TABLE_VARIABLE} is not set`);
  return { tableName, defaults: timeoutDefaults(environment) };
}

/** A session as a caller names it. */
export interface SessionReference {
  sessionId: string;
  /** The user whose sessions alone are found; undefined finds everyone's. */
  owner?: string | undefined;
}

/** False for what no item can have as a key, so that it costs no call: empty, too long, or not encodable as UTF-8. */
export const isValidKey = (value: string, most = MAX_KEY_BYTES): boolean =>
  value !== '' && value.isWellFormed() && Buffer.byteLength(value) <= most;
