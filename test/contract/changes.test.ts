import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { contract } from '../support/contract.ts';
import { MINUTE, sessionItem } from '../support/session-item.ts';
import { create, iso, NOON } from '../support/sessions.ts';

contract('every route that changes a session', (host) => {
  const changes = [
    ['RenewSession', undefined],
    ['HeartbeatSession', undefined],
    ['ChangeTimeout', { timeoutMinutes: 60 }],
    ['ChangeMetadata', { metadata: { changed: true } }],
  ] as const;

  it.each(changes)(
    '%s works in the last millisecond and not from the next on, and brings nothing back',
    async (id, body) => {
      host().setNow(NOON);
      const sessionId = await create(host(), { timeoutConfig: { autoRenew: false } });
      const end = NOON + 30 * MINUTE;
      host().setNow(end);
      const before = await host().table.items();
      const error = { code: 'SESSION_EXPIRED', details: iso(end) };
      expect(await host().call(id, { sessionId, body })).toMatchObject({ status: 410, body: { error } });
      expect(await host().table.items()).toEqual(before);
      host().setNow(end - 1);
      expect((await host().call(id, { sessionId, body })).status).toBe(200);
    },
  );

  it.each([...changes, ['DeleteSession', undefined] as const])(
    '%s returns 404 for ids that nobody has',
    async (id, body) => {
      for (const sessionId of ['nobody', 'x'.repeat(2049)]) {
        expect((await host().call(id, { sessionId, body })).status).toBe(404);
      }
    },
  );

  it.each(changes)('%s returns 500 for a corrupt item and leaves it as it is', async (id, body) => {
    const item = sessionItem({ sessionId: `corrupt-${id}`, renewalCount: 'many' });
    await host().table.put(item);
    expect((await host().call(id, { sessionId: `corrupt-${id}`, body })).status).toBe(500);
    expect(await host().table.items()).toContainEqual(item);
  });

  it.each([36_000, 86_400, 5_256_000])(
    'works on a session of %d minutes, as reading does',
    async (minutes) => {
      host().setNow(NOON);
      const lifetime = { timeoutMinutes: minutes, maxDurationMinutes: 2 * minutes };
      const sessionId = `for-${minutes}`;
      await host().table.put(sessionItem({ sessionId, timeoutConfig: lifetime }, NOON));
      host().setNow(NOON + MINUTE);
      const patch = { body: { warningThresholdMinutes: 10 } };
      for (const [id, call] of [['HeartbeatSession'], ['RenewSession'], ['ChangeTimeout', patch]] as const) {
        const response = await host().call(id, { sessionId, ...call });
        const expiresAt = iso(NOON + (minutes + 1) * MINUTE);
        expect(response).toMatchObject({ status: 200, body: { expiresAt } });
        expect((await host().call('GetSession', { sessionId })).body).toEqual(response.body);
      }
    },
  );

  it('lets a session end in the year 9999 and not later, however it is changed', async () => {
    host().setNow(NOON);
    const last = '9999-12-31T23:59:59.999Z';
    const timeoutConfig = { timeoutMinutes: 9e12, maxDurationMinutes: 9e12 };
    await host().table.put(sessionItem({ sessionId: 'last', timeoutConfig }, NOON));
    host().setNow(NOON + MINUTE);
    for (const id of ['HeartbeatSession', 'RenewSession', 'GetSession']) {
      const response = await host().call(id, { sessionId: 'last' });
      expect(response).toMatchObject({ status: 200, body: { expiresAt: last } });
    }
  });

  it('renews a session whose count is the largest that there is, and keeps the count', async () => {
    const renewalCount = Number.MAX_SAFE_INTEGER;
    await host().table.put(sessionItem({ sessionId: 'counted', renewalCount }));
    for (const id of ['RenewSession', 'HeartbeatSession', 'GetSession']) {
      const response = await host().call(id, { sessionId: 'counted' });
      expect(response).toMatchObject({ status: 200, body: { renewalCount } });
    }
  });

  it('takes attributes that hold NULL for absent ones, and gives them values', async () => {
    const nothing = { version: null, renewedAt: null, renewalCount: null, lastWrites: null, metadata: null };
    await host().table.put(sessionItem({ sessionId: 'nulls', ...nothing, timeoutConfig: null }));
    const call = { sessionId: 'nulls' };
    expect(await host().call('GetSession', call)).toMatchObject({ status: 200, body: { metadata: {} } });
    expect(await host().call('RenewSession', call)).toMatchObject({ status: 200, body: { renewalCount: 1 } });
    expect((await host().call('ChangeTimeout', { ...call, body: { timeoutMinutes: 60 } })).status).toBe(200);
    const patch = { metadata: { a: 1 } };
    expect(await host().call('ChangeMetadata', { ...call, body: patch })).toMatchObject({ body: patch });
  });

  it.each(['-1', '0.5', '9007199254740991', '12345678901234567890123456789012345678', '1e100'])(
    'works on an item whose version another program has set to %s, and changes the version',
    async (text) => {
      const sessionId = `version-${text}`;
      const version = NumberValue.from(text);
      await host().table.put(sessionItem({ sessionId, version }));
      for (const renewalCount of [1, 2]) {
        const response = await host().call('RenewSession', { sessionId });
        expect(response).toMatchObject({ status: 200, body: { renewalCount } });
      }
      const item = (await host().table.items()).find((one) => one['sessionId'] === sessionId);
      expect(Number.isSafeInteger(item?.['version'])).toBe(true);
    },
  );

  it('counts every one of many at the same time', async () => {
    host().setNow(NOON);
    const sessionId = await create(host());
    const calls = Array.from({ length: 6 }, (_, index) =>
      host().call(index % 2 ? 'RenewSession' : 'HeartbeatSession', { sessionId }),
    );
    const responses = await Promise.all([
      ...calls,
      host().call('ChangeTimeout', { sessionId, body: { timeoutMinutes: 90 } }),
    ]);
    expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 200));
    expect((await host().call('GetSession', { sessionId })).body).toMatchObject({
      renewalCount: 6,
      expiresAt: iso(NOON + 90 * MINUTE),
    });
  });
});
