/** EventBridge on this machine: accepts PutEvents and passes each event on. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { close, isForThisMachine, listen } from '../loopback.ts';

/** An event as a rule's target receives it (EventBridge's guide, "Events"). */
export interface BusEvent {
  version: '0';
  id: string;
  source: string;
  account: string;
  /** ISO 8601 UTC. */
  time: string;
  region: string;
  resources: string[];
  'detail-type': string;
  detail: Record<string, unknown>;
}

export interface LocalEventBus {
  endpoint: string;
  close(): Promise<void>;
}

interface Entry {
  Source: string;
  DetailType: string;
  Detail: string;
  /** Epoch seconds. */
  Time?: number;
}

/** @param receive called with each event. */
export async function startEventBus(
  region: string,
  receive: (event: BusEvent) => void,
): Promise<LocalEventBus> {
  const server = createServer(async (request, response) => {
    if (!isForThisMachine(request.headers) || request.headers.origin !== undefined)
      return void response.writeHead(403).end();
    const send = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    if (request.headers['x-amz-target'] !== 'AWSEvents.PutEvents')
      return void send(400, { __type: 'UnknownOperationException' });
    try {
      const { Entries: entries } = (await json(request)) as { Entries: Entry[] };
      const events = entries.map((entry) => toBusEvent(entry, region));
      send(200, { FailedEntryCount: 0, Entries: events.map(({ id }) => ({ EventId: id })) });
      for (const event of events) receive(event);
    } catch {
      send(400, { __type: 'ValidationException', message: 'Send {"Entries": […]}' });
    }
  });
  const port = await listen(server, 0);
  return { endpoint: `http://127.0.0.1:${port}`, close: () => close(server) };
}

const toBusEvent = ({ Source, DetailType, Detail, Time }: Entry, region: string): BusEvent => ({
  version: '0',
  id: randomUUID(),
  'detail-type': DetailType,
  source: Source,
  account: '000000000000',
  time: new Date(Time === undefined ? Date.now() : 1000 * Time).toISOString().replace(/\.\d+/, ''),
  region,
  resources: [],
  detail: JSON.parse(Detail),
});
