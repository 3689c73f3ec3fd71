import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ELIZAOS_DEFAULTS } from '../../../functions/session/timeout-config.ts';
import { computeTiming, type SessionClocks } from '../../../functions/session/timing.ts';
import { MINUTE } from '../../support/session-item.ts';

const NOON = Date.UTC(2026, 2, 2, 12);

function clocks(
  overrides: Partial<SessionClocks> & { config?: Partial<SessionClocks['timeoutConfig']> } = {},
): SessionClocks {
  const { config, ...fields } = overrides;
  return {
    createdAt: NOON,
    lastActivity: NOON,
    timeoutConfig: { ...ELIZAOS_DEFAULTS, ...config },
    ...fields,
  };
}

/** Clocks in minutes after noon. */
interface Minutes {
  lastActivity?: number;
  renewedAt?: number;
  config?: Partial<SessionClocks['timeoutConfig']>;
}

describe('the end of a session', () => {
  const fixed = { autoRenew: false };

  it.each([
    ['the idle timeout after its creation while nothing has happened', {}, 30],
    ['later with the last activity', { lastActivity: 10 }, 40],
    ['not later with activity when autoRenew is off', { lastActivity: 10, config: fixed }, 30],
    ['later with a renewal, also when autoRenew is off', { renewedAt: 20, config: fixed }, 50],
    ['counted from a renewal after activity', { lastActivity: 5, renewedAt: 8 }, 38],
    ['counted from activity after a renewal', { lastActivity: 9, renewedAt: 8 }, 39],
    ['counted from its creation when a clock went back', { lastActivity: -9, renewedAt: -8 }, 30],
    ['the maximum duration after its creation at the latest', { lastActivity: 710 }, 720],
    ['exactly at its maximum duration', { lastActivity: 690 }, 720],
  ])('is %s', (_what, { lastActivity = 0, renewedAt, config = {} }: Minutes, end) => {
    const session = clocks({
      lastActivity: NOON + lastActivity * MINUTE,
      ...(renewedAt !== undefined && { renewedAt: NOON + renewedAt * MINUTE }),
      config,
    });
    expect(computeTiming(session, NOON).expiresAt).toBe(NOON + end * MINUTE);
  });

  it('is 24 hours after noon across a change to summer time', () => {
    const beforeTheChange = Date.UTC(2026, 2, 28, 12);
    const session = clocks({ createdAt: beforeTheChange, lastActivity: beforeTheChange });
    session.timeoutConfig.timeoutMinutes = 1440;
    session.timeoutConfig.maxDurationMinutes = 1440;
    expect(new Date(computeTiming(session, NOON).expiresAt).toISOString()).toBe('2026-03-29T12:00:00.000Z');
  });
});

describe('a session', () => {
  it('is alive in the last millisecond before its end and expired from the next', () => {
    const end = NOON + 30 * MINUTE;
    expect(computeTiming(clocks(), end - 1)).toMatchObject({ isExpired: false, timeRemaining: 1 });
    expect(computeTiming(clocks(), end)).toMatchObject({ isExpired: true, timeRemaining: 0 });
    expect(computeTiming(clocks(), end + 1)).toMatchObject({ isExpired: true, timeRemaining: 0 });
  });

  it('is near its end from exactly the warning threshold on, until it has expired', () => {
    const end = NOON + 30 * MINUTE;
    expect(computeTiming(clocks(), end - 5 * MINUTE - 1).isNearExpiration).toBe(false);
    expect(computeTiming(clocks(), end - 5 * MINUTE).isNearExpiration).toBe(true);
    expect(computeTiming(clocks(), end - 1).isNearExpiration).toBe(true);
    expect(computeTiming(clocks(), end).isNearExpiration).toBe(false);
  });

  it('is never near its end with a threshold of 0', () => {
    const session = clocks({ config: { warningThresholdMinutes: 0 } });
    expect(computeTiming(session, NOON + 30 * MINUTE - 1).isNearExpiration).toBe(false);
  });

  it('has expired at its creation when its timeout or its maximum duration is 0', () => {
    expect(computeTiming(clocks({ config: { timeoutMinutes: 0 } }), NOON).isExpired).toBe(true);
    expect(computeTiming(clocks({ config: { maxDurationMinutes: 0 } }), NOON).isExpired).toBe(true);
  });

  it('has more than its timeout left when it was created by a clock that is ahead', () => {
    expect(computeTiming(clocks(), NOON - MINUTE).timeRemaining).toBe(31 * MINUTE);
  });
});

describe('for any session at any instant', () => {
  const instant = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });
  const minutes = fc.integer({ min: 0, max: 2880 });
  const anySession: fc.Arbitrary<SessionClocks> = fc
    .record(
      {
        createdAt: instant,
        sinceActivity: fc.integer({ min: -MINUTE, max: 3000 * MINUTE }),
        sinceRenewal: fc.integer({ min: -MINUTE, max: 3000 * MINUTE }),
        timeoutConfig: fc.record({
          timeoutMinutes: minutes,
          autoRenew: fc.boolean(),
          maxDurationMinutes: minutes,
          warningThresholdMinutes: minutes,
        }),
      },
      { requiredKeys: ['createdAt', 'sinceActivity', 'timeoutConfig'] },
    )
    .map(({ createdAt, sinceActivity, sinceRenewal, timeoutConfig }) => ({
      createdAt,
      lastActivity: createdAt + sinceActivity,
      ...(sinceRenewal !== undefined && { renewedAt: createdAt + sinceRenewal }),
      timeoutConfig,
    }));
  const nearItsEnd = fc
    .tuple(anySession, fc.integer({ min: -2 * MINUTE, max: 2 * MINUTE }))
    .map(([session, offset]) => [session, computeTiming(session, 0).expiresAt + offset] as const);
  const anyCase = fc.oneof(fc.tuple(anySession, instant), nearItsEnd);

  it('the remaining time and the expiry say the same', () => {
    fc.assert(
      fc.property(anyCase, ([session, now]) => {
        const { expiresAt, isExpired, timeRemaining } = computeTiming(session, now);
        expect(isExpired).toBe(expiresAt <= now);
        expect(timeRemaining).toBe(isExpired ? 0 : expiresAt - now);
        expect(Number.isInteger(timeRemaining)).toBe(true);
      }),
    );
  });

  it('an expired session is never near expiration', () => {
    fc.assert(
      fc.property(anyCase, ([session, now]) => {
        const { isExpired, isNearExpiration } = computeTiming(session, now);
        expect(isExpired && isNearExpiration).toBe(false);
      }),
    );
  });

  it('an expired session stays expired and a warned one stays warned until its end', () => {
    fc.assert(
      fc.property(anyCase, fc.nat(5 * MINUTE), ([session, now], later) => {
        const before = computeTiming(session, now);
        const after = computeTiming(session, now + later);
        if (before.isExpired) expect(after.isExpired).toBe(true);
        if (before.isNearExpiration) expect(after.isNearExpiration || after.isExpired).toBe(true);
      }),
    );
  });

  it('the end never passes the maximum duration and never comes before both clocks allow', () => {
    fc.assert(
      fc.property(anySession, (session) => {
        const { timeoutMinutes, maxDurationMinutes } = session.timeoutConfig;
        const { expiresAt } = computeTiming(session, 0);
        expect(expiresAt).toBeLessThanOrEqual(session.createdAt + maxDurationMinutes * MINUTE);
        expect(expiresAt).toBeGreaterThanOrEqual(
          session.createdAt + Math.min(timeoutMinutes, maxDurationMinutes) * MINUTE,
        );
      }),
    );
  });

  it('without autoRenew, activity changes nothing', () => {
    fc.assert(
      fc.property(anySession, instant, instant, (session, activity, now) => {
        const idle = { ...session, timeoutConfig: { ...session.timeoutConfig, autoRenew: false } };
        expect(computeTiming({ ...idle, lastActivity: activity }, now)).toEqual(computeTiming(idle, now));
      }),
    );
  });
});
