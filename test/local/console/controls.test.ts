import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SESSIONS_PATH } from '../../../infra/routes.ts';
import { type Console, startConsole } from '../../../local/console/server.ts';
import { startTestHost } from '../../support/hosts.ts';
import { AGENT_ID, USER_ID } from '../../support/session-item.ts';
import { tableAt } from '../../support/sessions-table.ts';

const MINUTE_MS = 60_000;
const GET = `GET ${SESSIONS_PATH}/{sessionId}`;

let page: Console;
/** Below the line of each request. */
const whys: (string | undefined)[] = [];
let started: Awaited<ReturnType<typeof startTestHost>>;
beforeAll(async () => {
  page = await startConsole(0);
  started = await startTestHost({ access: 'owner', onRequest: ({ why }) => whys.push(why) });
  page.attach(started.host);
  const { dynamodb, stack } = started.host;
  await tableAt(dynamodb.endpoint, stack.tables[0]?.name ?? '').put({ sessionId: 'malformed' });
});
afterAll(async () => {
  await page.close();
  await started.close();
});
afterEach(async () => {
  for (const what of ['clock', 'faults']) await fetch(`${page.url}/console/${what}`, { method: 'DELETE' });
});

async function control(what: 'clock' | 'faults', body: unknown) {
  const response = await fetch(`${page.url}/console/${what}`, { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Calls the API by way of the console, with a token of its making. */
async function call(method: string, path: string, body?: object) {
  const response = await fetch(`${page.url}${SESSIONS_PATH}${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function create(timeoutMinutes = 20): Promise<string> {
  const timeoutConfig = { timeoutMinutes, autoRenew: true };
  const { body } = await call('POST', '', { agentId: AGENT_ID, userId: USER_ID, timeoutConfig });
  return String(body['sessionId']);
}

describe('the clock', () => {
  it('moves forward for functions, so that a session comes to its warning and its expiry', async () => {
    const id = await create();
    const before = Date.now();
    const { body } = await control('clock', { minutes: 10 });
    expect(body['minutesAhead']).toBe(10);
    expect(Date.parse(String(body['now'])) - before).toBeGreaterThanOrEqual(10 * MINUTE_MS);
    expect((await call('GET', `/${id}`)).body['timeRemaining']).toBeLessThanOrEqual(10 * MINUTE_MS);
    await control('clock', { sessionId: id, until: 'warning' });
    expect(await call('GET', `/${id}`)).toMatchObject({ status: 200, body: { isNearExpiration: true } });
    await control('clock', { sessionId: id, until: 'expiry' });
    expect(await call('GET', `/${id}`)).toMatchObject({ status: 410 });
  });

  it('goes back to the real time, and the session is as it was', async () => {
    const id = await create();
    await control('clock', { sessionId: id, until: 'expiry' });
    const response = await fetch(`${page.url}/console/clock`, { method: 'DELETE' });
    expect(await response.json()).toMatchObject({ minutesAhead: 0 });
    expect(await call('GET', `/${id}`)).toMatchObject({ status: 200, body: { isNearExpiration: false } });
  });

  it('purges what DynamoDB would have purged by then', async () => {
    const id = await create();
    await control('clock', { minutes: 20 + 24 * 60 - 1 });
    expect(await call('GET', `/${id}`)).toMatchObject({ status: 410 });
    await control('clock', { minutes: 2 });
    expect(await call('GET', `/${id}`)).toMatchObject({ status: 404 });
  });

  it("is that of the tokens: one made before is expired after their lifetime, the console's own is new", async () => {
    const token = await started.host.access.tokenFor?.(USER_ID);
    const direct = () =>
      fetch(`${started.host.url}${SESSIONS_PATH}/fresh`, { headers: { authorization: `Bearer ${token}` } });
    expect((await direct()).status).not.toBe(401);
    await control('clock', { minutes: 12 * 60 + 1 });
    expect((await direct()).status).toBe(401);
    expect((await call('GET', '/fresh')).status).toBe(200);
  });

  it.each([
    [{}, /^Send \{"minutes": 10\}/],
    [{ minutes: -1 }, /^minutes: .*-1.*Send/],
    [{ sessionId: 'malformed', until: 'expiry' }, /^malformed: The stored session's agentId is missing/],
    [{ minutes: 1, more: 1 }, /Send/],
    [{ minutes: 1e12 }, /year 9999/],
    [{ sessionId: 'nobody', until: 'expiry' }, /There is no session nobody/],
    [{ sessionId: 'expired', until: 'expiry' }, /It expired at /],
    [{ sessionId: 'near-expiry', until: 'warning' }, /Its warning was due at /],
  ])('does not move on %j, and says why', async (body, message) => {
    expect(await control('clock', body)).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(message) },
    });
    expect(started.host.time?.ahead).toBe(0);
  });
});

describe('a fault', () => {
  it.each([
    [429, 'Too Many Requests'],
    [500, 'Internal Server Error'],
    [503, 'Service Unavailable'],
  ])("is API Gateway's own response for the next requests of a route: %d", async (fault, message) => {
    await control('faults', { fault, route: GET, count: 2 });
    expect(await call('GET', '/health')).toMatchObject({ status: 200 });
    for (const _ of [1, 2]) expect(await call('GET', '/fresh')).toEqual({ status: fault, body: { message } });
    expect(await call('GET', '/fresh')).toMatchObject({ status: 200 });
    expect(started.host.faults.list).toEqual([]);
  });

  it.each([
    [429, 0],
    [500, 0],
    [503, 1],
  ])('of %d leaves a session with so many heartbeats more: %d', async (fault, count) => {
    const id = await create();
    await control('faults', { fault, count: 1 });
    expect((await call('POST', `/${id}/heartbeat`)).status).toBe(fault);
    expect((await call('GET', `/${id}`)).body['renewalCount']).toBe(count);
  });

  it('of slowness responds as ever, but later', async () => {
    await control('faults', { fault: 'slow', count: 1, delayMs: 200 });
    const before = performance.now();
    expect(await call('GET', '/fresh')).toMatchObject({ status: 200 });
    expect(performance.now() - before).toBeGreaterThanOrEqual(190);
    expect(whys.at(-1)).toBe('You asked the console for this fault');
  });

  it.each([
    [{ fault: 404 }, /Send \{"fault": 429/],
    [{ fault: 500, count: 0 }, /^count: .*Send/],
    [{ fault: 500, share: 1.5 }, /^share: .*Send/],
    [{ fault: 500, delayMs: 5 }, /Send/],
    [{ fault: 500, count: 1, share: 0.5 }, /Send/],
    [{ fault: 'slow', delayMs: 60_000 }, /^delayMs: .*Send/],
    [{ fault: 500, route: 'GET /nowhere' }, /There is no route GET \/nowhere; there are POST /],
  ])('is not made of %j, and it says why', async (body, message) => {
    expect(await control('faults', body)).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(message) },
    });
    expect(started.host.faults.list).toEqual([]);
  });
});

it('with a DynamoDB elsewhere the clock does not move, and it says why', async () => {
  const elsewhere = await startTestHost({ dynamodbEndpoint: started.host.dynamodb.endpoint });
  const other = await startConsole(0);
  try {
    other.attach(elsewhere.host);
    const response = await fetch(`${other.url}/console/clock`, { method: 'POST', body: '{"minutes":1}' });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('only with the embedded DynamoDB');
  } finally {
    await other.close();
    await elsewhere.close();
  }
});
