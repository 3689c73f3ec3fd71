import { expect, it } from 'vitest';
import { ELIZAOS_DEFAULTS } from '../../functions/session/timeout-config.ts';
import { contract } from '../support/contract.ts';
import { MINUTE, sessionItem, without } from '../support/session-item.ts';

contract('GET a session', (host) => {
  const get = (sessionId: string) => host().call('GetSession', { sessionId });
  const minutesAgo = (minutes: number) => Date.now() - minutes * MINUTE;

  it('returns a session that another program has just put, with what remains of it at that moment', async () => {
    const createdAt = minutesAgo(10);
    await host().table.put(sessionItem({ sessionId: 'alive' }, createdAt));
    const before = Date.now();
    const { status, body } = await get('alive');
    const after = Date.now();
    const { timeRemaining } = body as { timeRemaining: number };
    const expiresAt = createdAt + 30 * MINUTE;
    expect(status).toBe(200);
    expect(body).toMatchObject({
      sessionId: 'alive',
      metadata: { channel: 'web' },
      expiresAt: new Date(expiresAt).toISOString(),
      isNearExpiration: false,
    });
    expect(timeRemaining).toBeLessThanOrEqual(expiresAt - before);
    expect(timeRemaining).toBeGreaterThanOrEqual(expiresAt - after);
  });

  it('warns of a session that is near its end', async () => {
    await host().table.put(sessionItem({ sessionId: 'near' }, minutesAgo(27)));
    expect(await get('near')).toMatchObject({ status: 200, body: { isNearExpiration: true } });
  });

  it('returns 410 for an expired session, again and again, and leaves its item as it is', async () => {
    const item = sessionItem({ sessionId: 'expired' }, minutesAgo(31));
    await host().table.put(item);
    const expiry = new Date(Date.parse(String(item['createdAt'])) + 30 * MINUTE).toISOString();
    const expected = { status: 410, body: { error: { code: 'SESSION_EXPIRED', details: expiry } } };
    expect(await get('expired')).toMatchObject(expected);
    expect(await get('expired')).toMatchObject(expected);
    expect(await host().table.items()).toContainEqual(item);
  });

  it('counts activity only when it renews the session', async () => {
    const lastActivity = new Date(minutesAgo(1)).toISOString();
    const timeoutConfig = { autoRenew: false };
    await host().table.put(sessionItem({ sessionId: 'renewing', lastActivity }, minutesAgo(40)));
    await host().table.put(sessionItem({ sessionId: 'fixed', lastActivity, timeoutConfig }, minutesAgo(40)));
    expect((await get('renewing')).status).toBe(200);
    expect((await get('fixed')).status).toBe(410);
  });

  it('ends a session at its maximum duration, however active it is', async () => {
    const createdAt = minutesAgo(715);
    const lastActivity = new Date().toISOString();
    await host().table.put(sessionItem({ sessionId: 'long', lastActivity }, createdAt));
    await host().table.put(sessionItem({ sessionId: 'over', lastActivity }, minutesAgo(721)));
    expect((await get('long')).body).toMatchObject({
      expiresAt: new Date(createdAt + 720 * MINUTE).toISOString(),
    });
    expect((await get('over')).status).toBe(410);
  });

  it('fills in what an item leaves out', async () => {
    const item = sessionItem({ sessionId: 'sparse', timeoutConfig: { timeoutMinutes: 60 } });
    await host().table.put(without(without(item, 'metadata'), 'renewalCount'));
    expect((await get('sparse')).body).toMatchObject({
      metadata: {},
      renewalCount: 0,
      timeoutConfig: { ...ELIZAOS_DEFAULTS, timeoutMinutes: 60 },
    });
  });

  it.each([
    ['a character', 'x'],
    ['Unicode', 'sësşion 会话 🗝️'],
    ['what must be percent-encoded', ' "<>#%\\^`{|}&=+;,@:$'],
    ['what looks percent-encoded', '100%25 %2F%zz'],
    ['of the maximum length', 'x'.repeat(2048)],
    ['of the maximum length in Unicode', 'é'.repeat(1024)],
    ['a name that objects inherit', 'constructor'],
    ['the name of a prototype', '__proto__'],
    ['two dots and a half', '...'],
  ])('finds a session whose id is %s', async (_what, sessionId) => {
    await host().table.put(sessionItem({ sessionId }));
    expect(await get(sessionId)).toMatchObject({ status: 200, body: { sessionId } });
  });

  it('returns 404 for an id that nobody has or can have', async () => {
    for (const sessionId of ['nobody', 'x'.repeat(2049), 'é'.repeat(1025)]) {
      const body = { error: { code: 'SESSION_NOT_FOUND' } };
      expect(await get(sessionId)).toMatchObject({ status: 404, body });
    }
  });

  it('returns 500 for a corrupt item and shows nothing of it', async () => {
    await host().table.put(sessionItem({ sessionId: 'corrupt', createdAt: 'a long time ago' }));
    const { status, text } = await get('corrupt');
    expect(status).toBe(500);
    expect(text).not.toContain('ago');
  });
});
