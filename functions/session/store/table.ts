/** The sessions table, as every operation on it needs it. */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DEFAULT_TIMEOUT,
  type Environment,
  MAX_DURATION,
  TABLE_NAME,
  WARNING_THRESHOLD,
} from '../../aws/environment.ts';
import type { Caller } from '../caller.ts';
import { ELIZAOS_DEFAULTS, type TimeoutConfig } from '../timeout-config.ts';
import { dynamoDBClient } from './dynamodb.ts';

/** Counts the writes to an item; absent in one that others wrote. */
export const VERSION_ATTRIBUTE = 'version';

/**
 * What a session was created with, so that a retry of the request can be told from another one. Only the API
 * sets it.
 */
export const REQUEST_ATTRIBUTE = 'createRequest';

/** DynamoDB's limit for a partition key, in bytes of UTF-8 (its developer guide, "Service quotas"). */
export const MAX_KEY_BYTES = 2048;

export interface SessionsTable {
  client: DynamoDBClient;
  /**
   * What is wrong in the environment shows at the first call, where it is answered and logged like any
   * failure.
   */
  settings(): Settings;
}

export interface Settings {
  tableName: string;
  defaults: TimeoutConfig;
}

/** The table that `environment` points at. */
export function sessionsTable(environment?: Environment): SessionsTable {
  let settings: Settings | undefined;
  return {
    client: dynamoDBClient(environment),
    settings() {
      settings ??= readSettings(environment);
      return settings;
    },
  };
}

function readSettings(environment?: Environment): Settings {
  const defaults = ELIZAOS_DEFAULTS;
  return {
    tableName: TABLE_NAME.read(environment),
    defaults: {
      ...defaults,
      timeoutMinutes: DEFAULT_TIMEOUT.read(environment) ?? defaults.timeoutMinutes,
      maxDurationMinutes: MAX_DURATION.read(environment) ?? defaults.maxDurationMinutes,
      warningThresholdMinutes: WARNING_THRESHOLD.read(environment) ?? defaults.warningThresholdMinutes,
    },
  };
}

/** A session, for a caller: another's is not found. */
export interface SessionReference {
  sessionId: string;
  caller: Caller;
}

/**
 * False for what no item can have as a key, so that it costs no call: empty, too long, or not encodable as
 * UTF-8.
 */
export const isValidKey = (value: string, most = MAX_KEY_BYTES): boolean =>
  value !== '' && value.isWellFormed() && Buffer.byteLength(value) <= most;
