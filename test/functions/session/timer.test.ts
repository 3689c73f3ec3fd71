import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLOCK_SKEW_MS, firingInstant, timerName } from '../../../functions/session/timer.ts';

const NOON = Date.UTC(2026, 2, 2, 12);
const at = (text: string) => Date.parse(`2026-03-02T${text}Z`);

describe('a timer', () => {
  it.each([
    ['12:30:00.000', '12:31:00'],
    ['12:29:50.000', '12:30:00'],
    ['12:29:50.001', '12:31:00'],
    ['12:29:49.999', '12:30:00'],
  ])('of a session that expires at %s fires at %s', (expiry, firing) => {
    expect(firingInstant(at(expiry), NOON)).toBe(at(firing));
  });

  it('of a session that has expired fires at the next full minute that is ten seconds away', () => {
    expect(firingInstant(NOON - 3_600_000, NOON)).toBe(at('12:01:00'));
    expect(firingInstant(NOON - 3_600_000, NOON - 10_000)).toBe(NOON);
    expect(firingInstant(NOON - 3_600_000, NOON - 9_999)).toBe(at('12:01:00'));
  });

  it('is always later than the one that has just fired, whatever the clock says', () => {
    expect(firingInstant(NOON, NOON - 60_000, at('12:05:00'))).toBe(at('12:06:00'));
  });

  it('of a session that lives for years fires within one, and then again', () => {
    const instant = firingInstant(Date.UTC(9999, 11, 31), NOON);
    expect(new Date(instant).toISOString()).toBe('2027-03-02T12:01:00.000Z');
  });

  it('fires at a full minute, after expiry and now, at most 70 seconds late', () => {
    const instants = fc.integer({ min: NOON - 1e9, max: NOON + 1e9 });
    fc.assert(
      fc.property(instants, instants, (expiry, now) => {
        const late = firingInstant(expiry, now) - Math.max(expiry, now);
        expect(firingInstant(expiry, now) % 60_000).toBe(0);
        expect(late).toBeGreaterThanOrEqual(CLOCK_SKEW_MS);
        expect(late).toBeLessThan(60_000 + CLOCK_SKEW_MS);
      }),
    );
  });

  it('has a name that tells sessions, their lives and instants apart, and none of them', () => {
    const names = [
      timerName({ sessionId: 'a', createdAt: 1 }, 11),
      timerName({ sessionId: 'a', createdAt: 11 }, 1),
      timerName({ sessionId: 'a1', createdAt: 1 }, 1),
      timerName({ sessionId: 'x'.repeat(2048), createdAt: 1 }, 11),
    ];
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[0-9a-f]{64}$/);
  });
});
