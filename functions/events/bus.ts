/** Puts events on the bus, in EventBridge. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { clientConfig } from '../aws/client-config.ts';
import { CALL_DEADLINE_MS, withDeadline } from '../aws/deadlines.ts';
import { type Environment, EVENT_BUS, EVENTBRIDGE_ENDPOINT, TABLE_NAME } from '../aws/environment.ts';
import { LoggableError } from '../aws/loggable-error.ts';
import { EVENT_SOURCE, type SessionEvent } from '../session/event.ts';

/** PutEvents' limit of entries. An event has a few KB: ids have at most 2 KB. */
const MOST_ENTRIES = 10;

export interface EventBus {
  /** @returns for each event undefined if the bus accepted it, else the error. */
  put(events: readonly SessionEvent[]): Promise<(Error | undefined)[]>;
}

export function eventBus(environment?: Environment): EventBus {
  const client = new EventBridgeClient(clientConfig(EVENTBRIDGE_ENDPOINT, environment));

  async function putBatch(events: readonly SessionEvent[]): Promise<(Error | undefined)[]> {
    const command = new PutEventsCommand({ Entries: events.map((event) => toEntry(event, environment)) });
    try {
      const { Entries: results = [] } = await withDeadline(CALL_DEADLINE_MS, (abortSignal) =>
        client.send(command, { abortSignal }),
      );
      return events.map((_, index) => {
        const result = results[index];
        return result?.EventId
          ? undefined
          : new LoggableError(`EventBridge: ${result?.ErrorCode ?? 'no result'}`);
      });
    } catch (error) {
      return events.map(() => (error instanceof Error ? error : new Error(String(error))));
    }
  }

  return {
    async put(events) {
      const results: (Error | undefined)[] = [];
      for (let start = 0; start < events.length; start += MOST_ENTRIES)
        results.push(...(await putBatch(events.slice(start, start + MOST_ENTRIES))));
      return results;
    },
  };
}

const toEntry = ({ type, at, detail }: SessionEvent, environment?: Environment) => ({
  Source: EVENT_SOURCE,
  DetailType: type,
  EventBusName: EVENT_BUS.read(environment),
  Time: new Date(at),
  Detail: JSON.stringify({ table: TABLE_NAME.read(environment), ...detail }),
});
