import { expect, it } from 'vitest';
import { contract } from '../support/contract.ts';
import { MINUTE, sessionItem } from '../support/session-item.ts';
import { create, iso, NOON } from '../support/sessions.ts';

contract('the heartbeat of a session', (host) => {
  it('notes the activity and renews the session', async () => {
    host().setNow(NOON);
    const sessionId = await create(host());
    host().setNow(NOON + 10 * MINUTE);
    expect((await host().call('HeartbeatSession', { sessionId })).body).toMatchObject({
      lastActivity: iso(NOON + 10 * MINUTE),
      expiresAt: iso(NOON + 40 * MINUTE),
      renewalCount: 1,
    });
  });

  it('only notes the activity when activity does not renew the session', async () => {
    host().setNow(NOON);
    const sessionId = await create(host(), { timeoutConfig: { autoRenew: false } });
    host().setNow(NOON + 10 * MINUTE);
    expect((await host().call('HeartbeatSession', { sessionId })).body).toMatchObject({
      lastActivity: iso(NOON + 10 * MINUTE),
      expiresAt: iso(NOON + 30 * MINUTE),
      renewalCount: 0,
    });
  });

  it('keeps attributes that other programs gave the item, and starts a version where there is none', async () => {
    await host().table.put(sessionItem({ sessionId: 'foreign', tenant: 'acme' }));
    expect((await host().call('HeartbeatSession', { sessionId: 'foreign' })).status).toBe(200);
    expect(await host().table.items()).toContainEqual(
      expect.objectContaining({ sessionId: 'foreign', tenant: 'acme', version: 1, renewalCount: 1 }),
    );
  });
});
