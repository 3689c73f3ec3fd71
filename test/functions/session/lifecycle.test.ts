import { describe, expect, it } from 'vitest';
import { changeTimeout, heartbeat, renew } from '../../../functions/session/lifecycle.ts';
import type { Session } from '../../../functions/session/session.ts';
import { ELIZAOS_DEFAULTS } from '../../../functions/session/timeout-config.ts';
import { AGENT_ID, MINUTE, USER_ID } from '../../support/session-item.ts';
import { NOON } from '../../support/sessions.ts';

const session: Session = {
  sessionId: 'session-1',
  agentId: AGENT_ID,
  userId: USER_ID,
  createdAt: NOON,
  lastActivity: NOON + MINUTE,
  renewedAt: NOON + MINUTE,
  metadata: {},
  timeoutConfig: { ...ELIZAOS_DEFAULTS },
  renewalCount: 3,
};

describe("a sandbox's clock that is behind another's", () => {
  it.each([
    ['a renewal', renew],
    ['a heartbeat', heartbeat],
  ])('moves no instant back by %s', (_what, step) => {
    expect(step(session, NOON)).toEqual({ ...session, renewalCount: 4 });
  });

  it('moves no instant back by a heartbeat without autoRenew', () => {
    const still = { ...session, timeoutConfig: { ...ELIZAOS_DEFAULTS, autoRenew: false } };
    expect(heartbeat(still, NOON)).toEqual(still);
  });
});

describe('a renewal of a session that was never renewed', () => {
  it('is counted from zero on', () => {
    const { renewedAt: _, ...fresh } = session;
    expect(renew({ ...fresh, renewalCount: 0 }, NOON + 2 * MINUTE)).toMatchObject({
      renewedAt: NOON + 2 * MINUTE,
      lastActivity: NOON + 2 * MINUTE,
      renewalCount: 1,
    });
  });
});

describe('a change of timeout settings', () => {
  it('without effect gives back the very session', () => {
    expect(changeTimeout(session, {})).toBe(session);
    expect(changeTimeout(session, { ...ELIZAOS_DEFAULTS })).toBe(session);
  });
});
