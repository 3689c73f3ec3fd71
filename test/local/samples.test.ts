import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findRoute } from '../support/event.ts';
import { startTestHost } from '../support/hosts.ts';
import { tableAt } from '../support/sessions-table.ts';

const MINUTE_MS = 60_000;

let started: Awaited<ReturnType<typeof startTestHost>>;
beforeAll(async () => {
  started = await startTestHost();
});
afterAll(() => started.close());
beforeEach(() => started.host.time?.reset());

async function call(sessionId: string, method = 'GET', rest = '') {
  const path = findRoute('GetSession').path.replace('{sessionId}', sessionId);
  const response = await fetch(started.host.url + path + rest, { method });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const advance = (minutes: number) => started.host.time?.moveTo(started.host.time.now() + minutes * MINUTE_MS);

describe('a sample', () => {
  it.each([1, 3, 30, 700, 60 * 24 * 3])(
    'is in the state of its name whenever it is looked at, %d minutes later for one',
    async (minutes) => {
      await advance(minutes);
      expect(await call('fresh')).toMatchObject({ status: 200, body: { isNearExpiration: false } });
      expect(await call('near-expiry')).toMatchObject({ status: 200, body: { isNearExpiration: true } });
      expect(await call('expired')).toMatchObject({ status: 410 });
      expect(await call('no-auto-renew')).toMatchObject({
        body: { timeoutConfig: { autoRenew: false }, isNearExpiration: false },
      });
      const { status, body } = await call('at-maximum');
      expect(status).toBe(200);
      const end = Date.parse(String(body['createdAt'])) + 720 * MINUTE_MS;
      expect(body['expiresAt']).toBe(new Date(end).toISOString());
    },
  );

  it('is kept without a request too late: after a laptop has slept, by the first request', async () => {
    // Time passes unseen: the clock is set, and nothing is told of it.
    started.clock.moveTo(started.clock.now() + 45 * MINUTE_MS);
    expect(await call('fresh')).toMatchObject({ status: 200, body: { isNearExpiration: false } });
  });

  it('is left to expire by whoever moves the clock to its expiry, and is back with the real time', async () => {
    const { body } = await call('fresh');
    const expiry = Date.parse(String(body['expiresAt']));
    await started.host.time?.moveTo(expiry, 'fresh');
    expect(await call('fresh')).toMatchObject({ status: 410 });
    await advance(60 * 24 * 2);
    expect(await call('fresh')).toMatchObject({ status: 404 });
    await started.host.time?.reset();
    expect(await call('fresh')).toMatchObject({ status: 200 });
  });

  it('that somebody has deleted does not come back with the real time', async () => {
    const { body } = await call('at-maximum');
    await started.host.time?.moveTo(Date.parse(String(body['expiresAt'])), 'at-maximum');
    await call('at-maximum', 'DELETE');
    await started.host.time?.reset();
    expect(await call('at-maximum')).toMatchObject({ status: 404 });
  });

  it('that somebody has changed or deleted is their own', async () => {
    await call('fresh', 'POST', '/heartbeat');
    await call('no-auto-renew', 'DELETE');
    const { endpoint } = started.host.dynamodb;
    const table = tableAt(endpoint, started.host.stack.tables[0]?.name ?? '');
    const item = (await table.items()).find(({ sessionId }) => sessionId === 'near-expiry');
    await table.put({ ...item, metadata: { by: 'me' } });
    await advance(31);
    expect(await call('fresh')).toMatchObject({ status: 410 });
    expect(await call('near-expiry')).toMatchObject({ status: 410 });
    expect(await call('no-auto-renew')).toMatchObject({ status: 404 });
  });
});
