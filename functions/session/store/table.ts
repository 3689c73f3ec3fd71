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

/** DynamoDB's limit for a partition key, in bytes of UTF-8 (its developer guide, "Service quotas"). */
export const MAX_KEY_BYTES = 2048;

export interface SessionsTable {
  client: DynamoDBClient;
  /** Read at the first call, so that a missing variable is a request's failure, logged like any other. */
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

/** A session's id, and who asks for it. */
export interface SessionReference {
  sessionId: string;
  caller: Caller;
}

/** Rejects keys that no item can have, without a call: empty, too long, or not encodable as UTF-8. */
export const isValidKey = (value: string, most = MAX_KEY_BYTES): boolean =>
  value !== '' && value.isWellFormed() && Buffer.byteLength(value) <= most;
