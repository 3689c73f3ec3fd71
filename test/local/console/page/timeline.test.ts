import { describe, expect, it } from 'vitest';
import { position, remainingAt, ticks, timelineAt } from '../../../../local/console/page/timeline.ts';

const AT = Date.UTC(2026, 2, 2, 9, 7);

describe('the timeline', () => {
  it.each([
    [30, 0, ['9:00', '9:10', '9:20']],
    [120, 0, ['8:30', '9:00', '9:30', '10:00']],
    // India: half an hour beside the hours of UTC.
    [120, -330, ['14:00', '14:30', '15:00', '15:30']],
    [1440, 300, ['0:00', '6:00', '12:00', '18:00']],
  ] as const)(
    'of %s minutes has its labels at round local times, %s minutes behind',
    (range, offset, labels) => {
      const local = ticks(timelineAt(AT, range), offset)
        .filter(({ hasLabel }) => hasLabel)
        .map(({ at }) => new Date(at - offset * 60_000));
      expect(local.map((at) => `${at.getUTCHours()}:${String(at.getUTCMinutes()).padStart(2, '0')}`)).toEqual(
        labels,
      );
    },
  );

  it('has now at two fifths of its width, and ends what lies beyond at its edges', () => {
    const timeline = timelineAt(AT, 120);
    expect(position(timeline, AT)).toBe(40);
    expect(position(timeline, AT - 1e12)).toBe(0);
    expect(position(timeline, AT + 1e12)).toBe(100);
  });

  it('tells the remaining time in hours, minutes and seconds, and how long ago an expiry was', () => {
    const life = { createdAt: 0, lastActivity: 0, warning: 0, expiry: AT, maximum: 0 };
    expect(remainingAt(AT - 3_661_000, life)).toBe('01:01:01');
    expect(remainingAt(AT - 1, life)).toBe('00:00:00');
    expect(remainingAt(AT, life)).toBe('00:00:00 ago');
    expect(remainingAt(AT + 90_000_000, life)).toBe('25:00:00 ago');
  });
});
