import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHeldByDouble } from '../../../functions/session/exact-number.ts';

describe('a number of a request', () => {
  it('is held by a double in each way of printing one', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: -1e300, max: 1e300 }),
        fc.integer({ min: 1, max: 30 }),
        (value, digits) => {
          for (const sent of [String(value), value.toPrecision(17), value.toExponential(20)])
            expect(isHeldByDouble(Number(sent), sent)).toBe(true);
          const rounded = value.toPrecision(digits);
          expect(isHeldByDouble(Number(rounded), rounded)).toBe(true);
        },
      ),
    );
  });

  it('is held as JavaScript prints it, where 17 digits are rounded otherwise', () => {
    // 2140823994312583.25: both a .2 and a .3 at the end tell it apart.
    for (const sent of ['2140823994312583.2', '2140823994312583.3'])
      expect(isHeldByDouble(Number(sent), sent)).toBe(true);
  });

  it.each([
    '9007199254740993',
    '12345678901234567890',
    '0.12345678901234567',
    '1e400',
    '1e-400',
    `0.${'1'.repeat(200)}`,
  ])('is not, when a double would be another: %.30s', (sent) => {
    expect(isHeldByDouble(Number(sent), sent)).toBe(false);
  });
});
