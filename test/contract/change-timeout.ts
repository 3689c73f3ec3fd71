import { expect, it } from 'vitest';
import { AGENT_ID, MINUTE } from '../support/session-item.ts';
import { create, errorOf, info, iso, NOON } from '../support/sessions.ts';
import { contract } from './contract.ts';

contract('changing the timeout of a session', (host) => {
  const patch = (sessionId: string, body: unknown) => host().call('ChangeTimeout', { sessionId, body });

  it('changes what is named and nothing else', async () => {
    host().setNow(NOON);
    const sessionId = await create(host(), { timeoutConfig: { autoRenew: false } });
    const answer = await patch(sessionId, { timeoutMinutes: 60 });
    expect(answer.body).toMatchObject({
      timeoutConfig: {
        timeoutMinutes: 60,
        autoRenew: false,
        maxDurationMinutes: 720,
        warningThresholdMinutes: 5,
      },
      expiresAt: iso(NOON + 60 * MINUTE),
      renewalCount: 0,
    });
    expect((await host().call('GetSession', { sessionId })).body).toEqual(answer.body);
  });

  it('changes nothing when it is repeated', async () => {
    const sessionId = await create(host());
    await patch(sessionId, { warningThresholdMinutes: 10 });
    const before = await host().table.items();
    await patch(sessionId, { warningThresholdMinutes: 10 });
    expect(await host().table.items()).toEqual(before);
  });

  it('refuses what would have ended the session already, says when, and changes nothing', async () => {
    host().setNow(NOON);
    const sessionId = await create(host());
    host().setNow(NOON + 10 * MINUTE);
    const answer = await patch(sessionId, { timeoutMinutes: 10 });
    expect(answer.status).toBe(400);
    expect(errorOf(answer).message).toBe(`The session would have expired at ${iso(NOON + 10 * MINUTE)}`);
    expect(info(await host().call('GetSession', { sessionId })).timeoutConfig.timeoutMinutes).toBe(30);
  });

  it.each([
    [{}, /^The body must have one or more of timeoutMinutes/],
    [{ timeoutMinutes: 4 }, 'timeoutMinutes must be a whole number from 5 to 1440'],
    [{ autoRenew: null }, 'autoRenew must be true or false'],
    [{ agentId: AGENT_ID }, /^The body has an unknown field; it may have timeoutMinutes/],
    [{ timeoutMinutes: 721 }, 'maxDurationMinutes must be at least timeoutMinutes (721)'],
    ['{', 'The body is not valid JSON'],
  ])('refuses %j', async (body, message) => {
    const answer = await patch(await create(host()), body);
    expect(answer.status).toBe(400);
    expect(errorOf(answer).message).toEqual(
      typeof message === 'string' ? message : expect.stringMatching(message),
    );
  });
});
