import { expect, it } from 'vitest';
import { contract } from '../support/contract.ts';
import { MINUTE } from '../support/session-item.ts';
import { create, iso, NOON } from '../support/sessions.ts';

contract('renewing a session', (host) => {
  it('starts its idle clock again, counts and is an activity, also when activity does not renew it', async () => {
    host().setNow(NOON);
    const sessionId = await create(host(), { timeoutConfig: { autoRenew: false } });
    host().setNow(NOON + 20 * MINUTE);
    const response = await host().call('RenewSession', { sessionId });
    expect(response).toMatchObject({
      status: 200,
      body: {
        expiresAt: iso(NOON + 50 * MINUTE),
        renewalCount: 1,
        lastActivity: iso(NOON + 20 * MINUTE),
      },
    });
    expect((await host().call('GetSession', { sessionId })).body).toEqual(response.body);
  });

  it('never moves its end beyond the maximum duration', async () => {
    host().setNow(NOON);
    const sessionId = await create(host(), { timeoutConfig: { timeoutMinutes: 20, maxDurationMinutes: 30 } });
    for (const minutes of [15, 25, 29]) {
      host().setNow(NOON + minutes * MINUTE);
      const response = await host().call('RenewSession', { sessionId });
      expect(response).toMatchObject({ status: 200, body: { expiresAt: iso(NOON + 30 * MINUTE) } });
    }
  });

  it('does not look at a body', async () => {
    const sessionId = await create(host());
    expect((await host().call('RenewSession', { sessionId, body: '{ not json' })).status).toBe(200);
  });
});
