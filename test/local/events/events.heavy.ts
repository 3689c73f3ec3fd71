/** Events on the local host: real functions, a real engine, a clock that is moved. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toItem } from '../../../functions/session/store/item.ts';
import { SESSIONS_PATH } from '../../../infra/routes.ts';
import { startEmbeddedDynamoDB } from '../../../local/dynamodb/embedded-dynamodb.ts';
import type { BusEvent } from '../../../local/events/event-bus.ts';
import { forwarder } from '../../../local/events/forward.ts';
import { type LocalHost, startHost } from '../../../local/host.ts';
import { ON_FREE_PORTS } from '../../../local/options.ts';
import { assertEvent } from '../../support/event-schema.ts';
import { AGENT_ID, MINUTE, USER_ID } from '../../support/session-item.ts';
import { tableAt } from '../../support/sessions-table.ts';

describe('events on the local host', () => {
  let host: LocalHost;
  let events: BusEvent[] = [];
  beforeAll(async () => {
    const context = { auth: 'none', list: 'on', events: 'on' };
    host = await startHost({ ...ON_FREE_PORTS, context }, { onEvent: (event) => events.push(event) });
  });
  afterAll(() => host.close());
  beforeEach(async () => {
    await host.time?.reset();
    events = [];
  });

  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${host.url}${SESSIONS_PATH}${path}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    await host.events.settle();
    return (await response.json()) as { sessionId: string };
  };
  const create = async (timeoutMinutes = 30) =>
    (await call('POST', '', { agentId: AGENT_ID, userId: USER_ID, timeoutConfig: { timeoutMinutes } }))
      .sessionId;
  const pass = async (minutes: number) => {
    await host.time?.moveTo(host.time.now() + minutes * MINUTE);
    await host.events.settle();
  };
  const told = (id: string) => {
    for (const event of events) assertEvent(event);
    return events
      .filter(({ detail }) => detail['sessionId'] === id)
      .map((event) => event['detail-type'].replace('session.', ''));
  };

  it('tell that a session was created, has expired and was purged', async () => {
    const id = await create();
    expect(told(id)).toEqual(['created']);
    await pass(32);
    expect(told(id)).toEqual(['created', 'expired']);
    const [, expired] = events.filter(({ detail }) => detail['sessionId'] === id);
    expect(expired?.detail).toMatchObject({ reason: 'idle', table: host.stack.tables[0]?.name });
    await pass(2 * 24 * 60);
    expect(told(id)).toEqual(['created', 'expired', 'purged']);
  });

  it('follow heartbeats, renewals and changed timeouts, and leave no timer', async () => {
    const id = await create();
    for (let beat = 0; beat < 3; beat += 1) {
      await pass(20);
      await call('POST', `/${id}/heartbeat`);
    }
    expect(told(id)).toEqual(['created']);
    await call('PATCH', `/${id}/timeout`, { timeoutMinutes: 5 });
    await pass(7);
    expect(told(id)).toEqual(['created', 'expired']);
    await pass(60);
    expect(new Set(told(id))).toEqual(new Set(['created', 'expired']));
    expect(host.events.pending).toBe(0);
  });

  it('tell that sessions were deleted, one or all of a user', async () => {
    const [one, another] = [await create(), await create()];
    await call('DELETE', `/${one}`);
    await call('DELETE', `?userId=${USER_ID}`);
    expect(told(one)).toEqual(['created', 'deleted']);
    expect(told(another)).toEqual(['created', 'deleted']);
    await pass(40);
    expect(told(another)).toEqual(['created', 'deleted']);
  });

  it('tell that a sample has expired to which the clock was moved', async () => {
    const { dynamodb, stack, samples } = host;
    const fresh = samples.find(({ sessionId }) => sessionId === 'fresh');
    // It may have been deleted above. Written before, it is one of those that have no timer.
    const now = host.time?.now() ?? 0;
    if (fresh)
      await tableAt(dynamodb.endpoint, stack.tables[0]?.name ?? '').put(
        toItem({ ...fresh, createdAt: now, lastActivity: now }),
      );
    await host.events.settle();
    await host.time?.moveTo(host.time.now() + 30 * MINUTE, 'fresh');
    await pass(2);
    expect(told('fresh').at(-1)).toBe('expired');
  });

  it('tell of an expiry again when the clock was set back before it', async () => {
    const id = await create(10);
    await pass(12);
    expect(told(id)).toEqual(['created', 'expired']);
    await host.time?.reset();
    expect((await fetch(`${host.url}${SESSIONS_PATH}/${id}`)).status).toBe(200);
    await pass(12);
    expect(told(id)).toEqual(['created', 'expired', 'expired']);
  });

  it('tell of a session that is created with an id that was used before', async () => {
    const sessionId = 'chosen-by-the-caller-00000000000000';
    const body = { agentId: AGENT_ID, userId: USER_ID, sessionId, timeoutConfig: { timeoutMinutes: 10 } };
    await call('POST', '', body);
    await pass(5);
    await call('DELETE', `/${sessionId}`);
    await call('POST', '', body);
    await pass(6);
    expect(told(sessionId)).toEqual(['created', 'deleted', 'created']);
    await pass(6);
    expect(told(sessionId)).toEqual(['created', 'deleted', 'created', 'expired']);
    const ids = events.map(({ detail }) => detail['id']);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

it('the host says that events need its own DynamoDB', async () => {
  const engine = await startEmbeddedDynamoDB(0);
  const settings = { ...ON_FREE_PORTS, context: { events: 'on' }, dynamodbEndpoint: engine.endpoint };
  await expect(startHost(settings)).rejects.toThrow(/events=on: only with the embedded DynamoDB/);
  await engine.close();
});

it('events do not follow a target to another machine', async () => {
  const server = createServer((_, response) => {
    response.writeHead(307, { location: 'http://127.0.0.2:9/' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
  const lines: string[] = [];
  forwarder(url, (line) => lines.push(line))({ 'detail-type': 'session.created', detail: {} } as BusEvent);
  await expect.poll(() => lines.join()).toContain('redirect');
  server.close();
});

it('events are posted as a target would receive them, and a target that fails is named', async () => {
  const received: unknown[] = [];
  const server = createServer(async (request, response) => {
    received.push(await json(request));
    response.writeHead(received.length === 1 ? 200 : 500).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
  const lines: string[] = [];
  const forward = forwarder(url, (line) => lines.push(line));
  const event = { 'detail-type': 'session.created', detail: {} } as BusEvent;
  forward(event);
  forward(event);
  await expect.poll(() => lines).toEqual([`--events-to ${url}: 500 for session.created`]);
  expect(received).toEqual([event, event]);
  server.close();
  server.closeAllConnections();
  forward(event);
  await expect.poll(() => lines.length).toBe(2);
});
