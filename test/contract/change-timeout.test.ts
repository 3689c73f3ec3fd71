import { beforeEach, describe, expect, it } from 'vitest';
import { ELIZAOS_DEFAULTS } from '../../functions/session/timeout-config.ts';
import { contract } from '../support/contract.ts';
import { AGENT_ID, MINUTE, sessionItem } from '../support/session-item.ts';
import { create, expectInvalid, info, iso, NOON } from '../support/sessions.ts';

contract('changing the timeout of a session', (host) => {
  const patch = (sessionId: string, body: unknown) => host().call('ChangeTimeout', { sessionId, body });

  it('changes what is named and nothing else', async () => {
    host().setNow(NOON);
    const sessionId = await create(host(), { timeoutConfig: { autoRenew: false } });
    const response = await patch(sessionId, { timeoutMinutes: 60 });
    expect(response.body).toMatchObject({
      timeoutConfig: { ...ELIZAOS_DEFAULTS, timeoutMinutes: 60, autoRenew: false },
      expiresAt: iso(NOON + 60 * MINUTE),
      renewalCount: 0,
    });
    expect((await host().call('GetSession', { sessionId })).body).toEqual(response.body);
  });

  it('changes nothing when it is repeated', async () => {
    const sessionId = await create(host());
    await patch(sessionId, { warningThresholdMinutes: 10 });
    const before = await host().table.items();
    await patch(sessionId, { warningThresholdMinutes: 10 });
    expect(await host().table.items()).toEqual(before);
  });

  it('leaves what another program has put beside the settings', async () => {
    const timeoutConfig = { timeoutMinutes: 40, policy: 'gold' };
    await host().table.put(sessionItem({ sessionId: 'beside', timeoutConfig }));
    expect((await patch('beside', { timeoutMinutes: 50 })).status).toBe(200);
    const item = (await host().table.items()).find(({ sessionId }) => sessionId === 'beside');
    expect(item).toMatchObject({ timeoutConfig: { timeoutMinutes: 50, policy: 'gold' } });
  });

  it('marks the session for its timer when it expires earlier by that, and no other write does', async () => {
    host().setNow(NOON);
    const sessionId = await create(host());
    const mark = async () =>
      (await host().table.items()).find((item) => item['sessionId'] === sessionId)?.['rearm'];
    await host().call('HeartbeatSession', { sessionId });
    await host().call('RenewSession', { sessionId });
    await host().call('ChangeMetadata', { sessionId, body: { metadata: { rearm: '1' } } });
    await patch(sessionId, { timeoutMinutes: 60, warningThresholdMinutes: 1 });
    expect(await mark()).toBeUndefined();
    await patch(sessionId, { timeoutMinutes: 20 });
    expect(await mark()).toBe('1');
    await patch(sessionId, { timeoutMinutes: 20 });
    await patch(sessionId, { warningThresholdMinutes: 2, maxDurationMinutes: 60 });
    expect(await mark()).toBe('1');
    await patch(sessionId, { maxDurationMinutes: 20, timeoutMinutes: 10 });
    expect(await mark()).toBe('0');
    await patch(sessionId, { timeoutMinutes: 5 });
    expect(await mark()).toBe('1');
  });

  it('raises the maximum duration to a timeout beyond it', async () => {
    host().setNow(NOON);
    const response = await patch(await create(host()), { timeoutMinutes: 1440 });
    expect(response.body).toMatchObject({
      timeoutConfig: { timeoutMinutes: 1440, maxDurationMinutes: 1440 },
      expiresAt: iso(NOON + 1440 * MINUTE),
    });
  });

  it.each([{}, { timeoutMinutes: null }, { autoRenew: null, maxDurationMinutes: null }])(
    'changes nothing when it is %j',
    async (body) => {
      const sessionId = await create(host());
      const before = await host().table.items();
      expect((await patch(sessionId, body)).status).toBe(200);
      expect(await host().table.items()).toEqual(before);
    },
  );

  describe('of a session whose settings are outside the bounds of clients', () => {
    const longer = { timeoutMinutes: 5000, maxDurationMinutes: 4000 };
    const stored = { ...longer, autoRenew: true, warningThresholdMinutes: 0 };
    let id: string;
    beforeEach(async () => {
      host().setNow(NOON);
      id = crypto.randomUUID();
      await host().table.put(sessionItem({ sessionId: id, timeoutConfig: stored }, NOON));
    });

    it.each([
      [{ autoRenew: false }, { autoRenew: false }],
      [{ warningThresholdMinutes: 10, timeoutMinutes: null }, { warningThresholdMinutes: 10 }],
      [{ timeoutMinutes: 60 }, { timeoutMinutes: 60 }],
    ])('holds only what is sent against them: %j', async (body, changed) => {
      expect(await patch(id, body)).toMatchObject({
        status: 200,
        body: { timeoutConfig: { ...stored, ...changed } },
      });
    });

    it('rejects a maximum duration that is sent and below the timeout that is stored', async () => {
      const response = await patch(id, { maxDurationMinutes: 2880 });
      expectInvalid(response, 'maxDurationMinutes must be at least timeoutMinutes (5000)');
    });
  });

  it('rejects what would have expired the session already, says when, and changes nothing', async () => {
    host().setNow(NOON);
    const sessionId = await create(host());
    host().setNow(NOON + 10 * MINUTE);
    const response = await patch(sessionId, { timeoutMinutes: 10 });
    expectInvalid(response, `The session would have expired at ${iso(NOON + 10 * MINUTE)}`);
    expect(info(await host().call('GetSession', { sessionId })).timeoutConfig.timeoutMinutes).toBe(30);
  });

  it.each([
    [{ timeoutMinutes: 4 }, 'timeoutMinutes must be a whole number from 5 to 1440'],
    [{ autoRenew: 'false' }, 'autoRenew must be true or false'],
    [{ maxDurationMinutes: 2881 }, 'maxDurationMinutes must be a whole number from 5 to 2880'],
    [{ warningThresholdMinutes: 0 }, 'warningThresholdMinutes must be a whole number from 1 to 2880'],
    [null, 'The body must be a JSON object'],
    ['12345678901234567', 'The body must be a JSON object'],
    [{ agentId: AGENT_ID }, /^The body has an unknown field; allowed are timeoutMinutes/],
    [{ maxDurationMinutes: 29 }, 'maxDurationMinutes must be at least timeoutMinutes (30)'],
    [{ timeoutMinutes: 721, maxDurationMinutes: 720 }, /^maxDurationMinutes must be at least .* \(721\)$/],
    ['{', 'The body is not valid JSON'],
  ])('rejects %j', async (body, message) => {
    expectInvalid(await patch(await create(host()), body), message);
  });
});
