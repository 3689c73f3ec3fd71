/** The stack's tables on this machine, and what time does to them where the DynamoDB is the embedded one. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Session } from '../functions/session/session.ts';
import type { Clock } from './clock.ts';
import { ensureTable } from './dynamodb/tables.ts';
import { purgeExpired } from './dynamodb/time-to-live.ts';
import { putSessions, SampleKeeper, sampleSessions } from './samples.ts';
import type { StackDefinition } from './stack/stack-definition.ts';
import { StartError } from './start-error.ts';

/** How often expired items are purged, in milliseconds: DynamoDB's own time to live takes up to days. */
const PURGE_MS = 60 * 60_000;

export interface Data {
  /** Written to a table that was created. */
  samples: Session[];
  /** To be awaited before each request. */
  settle(): Promise<void>;
  /** Undefined with DYNAMODB_ENDPOINT: what is stored there has the real time. */
  time: Time | undefined;
  close(): void;
}

/** The host's time, which a developer may move. The tables are what they would be then. */
export interface Time {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds ahead of the real time. */
  readonly ahead: number;
  /**
   * @param instant epoch milliseconds.
   * @param sessionId a session that shall live up to that instant as it is, even if it is a sample.
   */
  moveTo(instant: number, sessionId?: string): Promise<void>;
  /** Back to the real time. */
  reset(): Promise<void>;
}

export interface DataOptions {
  endpoint: string;
  isEmbedded: boolean;
  clock: Clock;
  /** Awaited before the clock moves, and after, before anything is purged. */
  beforeMove(sessionId: string | undefined): Promise<void>;
  afterMove(): Promise<void>;
  afterReset(): Promise<void>;
}

/** @throws StartError */
export async function openData(
  client: DynamoDBClient,
  { tables }: StackDefinition,
  { endpoint, isEmbedded, clock, beforeMove, afterMove, afterReset }: DataOptions,
): Promise<Data> {
  const samples: Session[] = [];
  for (const table of tables) {
    const created = await ensureTable(client, table).catch((error: Error) => {
      throw new StartError(`No DynamoDB that can be used at ${endpoint}: ${error.message || error.name}`);
    });
    if (!created) continue;
    samples.push(...sampleSessions(clock.now()));
    await putSessions(client, table.name, samples);
  }
  const [table] = tables;
  if (!isEmbedded || !table) return { samples, settle: async () => {}, time: undefined, close() {} };

  const keeper = new SampleKeeper(client, table.name, clock.now);
  const catchUp = async () => {
    await keeper.keep();
    for (const { sessionId } of await purgeExpired(client, table, clock.now()))
      keeper.notePurged(sessionId?.S ?? '');
  };
  // A full disk, or a host that is closing: tried again.
  const timer = setInterval(() => catchUp().catch(() => {}), PURGE_MS);
  catchUp().catch(() => {});
  return {
    samples,
    settle: () => keeper.keep(),
    time: {
      now: clock.now,
      get ahead() {
        return clock.ahead;
      },
      async moveTo(instant, sessionId) {
        if (sessionId !== undefined) keeper.release(sessionId);
        await beforeMove(sessionId);
        clock.moveTo(instant);
        await afterMove();
        await catchUp();
      },
      async reset() {
        clock.reset();
        await keeper.restore();
        await afterReset();
      },
    },
    close: () => clearInterval(timer),
  };
}
