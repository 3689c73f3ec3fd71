/** Arms a timer for each live session by invoking ExpireSessions. */
import { setTimeout as delay } from 'node:timers/promises';
import { type DynamoDBClient, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand, InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { TimerInput } from '../../functions/events/timers.ts';
import { fromItem, type Item } from '../../functions/session/store/dynamodb.ts';
import { MalformedItem, parseItem } from '../../functions/session/store/item.ts';
import { sessionsTable } from '../../functions/session/store/table.ts';
import type { TimeoutConfig } from '../../functions/session/timeout-config.ts';
import { computeTiming } from '../../functions/session/timing.ts';

export interface ArmOptions {
  dynamodb: DynamoDBClient;
  lambda: LambdaClient;
  /** The ARN of ExpireSessions' alias. */
  functionArn: string;
  /** Sessions a second. */
  rate: number;
  /** Also invokes the function for expired sessions, which publishes their session.expired, perhaps again. */
  hasExpired: boolean;
  /** The id of the session after which to go on. */
  from?: string | undefined;
  /** Receives the counts so far, and the id from which to go on. */
  report(progress: ArmProgress): void;
}

export interface ArmProgress {
  armed: number;
  /** Malformed, or expired without `hasExpired`. */
  skipped: number;
  /** Undefined at the end of the table. */
  next: string | undefined;
}

/** Items of a page: after each the run can be stopped. */
const PAGE = 100;

/** @throws the SDK's errors; LoggableError if the function is not ExpireSessions. */
export async function armSessions(options: ArmOptions): Promise<ArmProgress> {
  const { dynamodb, lambda, functionArn, rate, hasExpired, report } = options;
  const { Environment: { Variables: environment = {} } = {} } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: functionArn }),
  );
  const { tableName, defaults } = sessionsTable(environment).settings();
  const progress: ArmProgress = { armed: 0, skipped: 0, next: options.from };
  do {
    const started = performance.now();
    const page: ScanCommandOutput = await dynamodb.send(
      new ScanCommand({
        TableName: tableName,
        Limit: Math.min(PAGE, rate),
        ...(progress.next !== undefined && { ExclusiveStartKey: { sessionId: { S: progress.next } } }),
      }),
    );
    const inputs = (page.Items ?? []).map((item) => toInput(item, defaults, hasExpired));
    const chosen = inputs.filter((input) => input !== undefined);
    await Promise.all(chosen.map((input) => invoke(lambda, functionArn, input)));
    progress.armed += chosen.length;
    progress.skipped += inputs.length - chosen.length;
    progress.next = page.LastEvaluatedKey?.['sessionId']?.S;
    report(progress);
    if (progress.next !== undefined)
      await delay(Math.max(0, (1000 * chosen.length) / rate - (performance.now() - started)));
  } while (progress.next !== undefined);
  return progress;
}

/** The payload of a timer that fired long ago: the function arms the next one. */
function toInput(item: Item, defaults: TimeoutConfig, hasExpired: boolean): TimerInput | undefined {
  try {
    const session = parseItem(fromItem(item), defaults);
    if (!hasExpired && computeTiming(session, Date.now()).isExpired) return undefined;
    return { sessionId: session.sessionId, createdAt: session.createdAt, instant: 0 };
  } catch (error) {
    if (error instanceof MalformedItem) return undefined;
    throw error;
  }
}

const invoke = (lambda: LambdaClient, functionArn: string, input: TimerInput) =>
  lambda.send(
    new InvokeCommand({
      FunctionName: functionArn,
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify(input)),
    }),
  );
