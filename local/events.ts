/** Events on this machine: the stream of the embedded table, EventBridge and EventBridge Scheduler. */
import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { EVENTBRIDGE_ENDPOINT, SCHEDULER_ENDPOINT } from '../functions/aws/environment.ts';
import type { TimerInput } from '../functions/events/timers.ts';
import type { Session } from '../functions/session/session.ts';
import { fromItem } from '../functions/session/store/dynamodb.ts';
import { MalformedItem, parseItem } from '../functions/session/store/item.ts';
import { sessionsTable } from '../functions/session/store/table.ts';
import { firingInstant, timerName } from '../functions/session/timer.ts';
import { computeExpiry, computeTiming } from '../functions/session/timing.ts';
import type { EmbeddedDynamoDB } from './dynamodb/embedded-dynamodb.ts';
import { Stream } from './dynamodb/stream.ts';
import { type BusEvent, startEventBus } from './events/event-bus.ts';
import { startScheduler } from './events/scheduler.ts';
import type { LocalFunction } from './lambda/lambda.ts';
import type { StackDefinition } from './stack/stack-definition.ts';
import { StartError } from './start-error.ts';

export interface Events {
  /** Environment variables that replace those of the stack. */
  environment: Record<string, string>;
  /** Publishes changes of the tables from now on. */
  follow(embedded: EmbeddedDynamoDB): void;
  /** Arms timers of live sessions that have none, such as samples: of one session, or of all. */
  arm(sessionId?: string): Promise<void>;
  /** Publishes all changes up to now and fires due timers. */
  settle(): Promise<void>;
  /** Timers that have not fired. */
  readonly pending: number;
  close(): Promise<void>;
}

export interface EventsOptions {
  functions: ReadonlyMap<string, LocalFunction>;
  client: DynamoDBClient;
  region: string;
  isEmbedded: boolean;
  /** Epoch milliseconds. */
  now(): number;
  onEvent(event: BusEvent): void;
  /** Receives a line for each record or timer that failed after all retries. */
  report(line: string): void;
}

/** The construct's id of the function that timers invoke. */
const EXPIRE_FUNCTION = 'ExpireSessions';

/** @throws StartError */
export async function openEvents(
  { streams, tables }: StackDefinition,
  { functions, client, region, isEmbedded, now, onEvent, report }: EventsOptions,
): Promise<Events> {
  const [definition] = streams;
  const [table] = tables;
  if (!definition || !table) return NONE;
  if (!isEmbedded)
    throw new StartError('-c events=on: only with the embedded DynamoDB, whose changes npm start sees');
  const bus = await startEventBus(region, onEvent);
  const scheduler = await startScheduler({ functions, now, report });
  const run = { invoke: async (event: object) => functions.get(definition.functionName)?.invoke(event) };
  const stream = new Stream({ definition, run, now, report });

  /** The sessions that are alive: all, or the one with this id. */
  async function* readAlive(sessionId: string | undefined): AsyncGenerator<Session> {
    const expire = functions.get(EXPIRE_FUNCTION);
    const defaults = sessionsTable(expire?.definition.environment).settings().defaults;
    for await (const { Items: items = [] } of paginateScan({ client }, { TableName: table?.name })) {
      for (const item of items) {
        if (sessionId !== undefined && item['sessionId']?.S !== sessionId) continue;
        try {
          const session = parseItem(fromItem(item), defaults);
          if (!computeTiming(session, now()).isExpired) yield session;
        } catch (error) {
          if (!(error instanceof MalformedItem)) throw error;
        }
      }
    }
  }

  let followed: EmbeddedDynamoDB | undefined;
  async function publish(): Promise<void> {
    await followed?.flush();
    await stream.settle();
  }

  return {
    environment: {
      [EVENTBRIDGE_ENDPOINT.name]: bus.endpoint,
      [SCHEDULER_ENDPOINT.name]: scheduler.endpoint,
    },
    follow(embedded) {
      followed = embedded;
      embedded.follow((change) => {
        if (change.table === table.name) stream.add(change);
      });
    },
    async arm(sessionId) {
      for await (const session of readAlive(sessionId)) {
        const { createdAt } = session;
        const at = firingInstant(computeExpiry(session), now());
        const input: TimerInput = { sessionId: session.sessionId, createdAt, instant: at };
        scheduler.add(timerName(session, at), { at, functionName: EXPIRE_FUNCTION, input });
      }
    },
    async settle() {
      await publish();
      await scheduler.settle();
      // Timers that fired may have written.
      await publish();
    },
    get pending() {
      return scheduler.pending;
    },
    async close() {
      // A running invocation still needs the scheduler and the bus.
      await stream.close();
      await scheduler.close();
      await bus.close();
    },
  };
}

const NONE: Events = {
  environment: {},
  follow: () => {},
  arm: async () => {},
  settle: async () => {},
  pending: 0,
  close: async () => {},
};
