import { describe, expect, it } from 'vitest';
import { sessionsTable } from '../../../../functions/session/store/table.ts';

const defaults = (environment: Record<string, string>) =>
  sessionsTable({ TABLE_NAME: 'sessions', ...environment }).settings().defaults;

describe('the defaults of a deployment', () => {
  it('are those of elizaOS when nothing is set', () => {
    expect(defaults({})).toEqual({
      timeoutMinutes: 30,
      autoRenew: true,
      maxDurationMinutes: 720,
      warningThresholdMinutes: 5,
    });
  });

  it('are taken from the variables that elizaOS reads', () => {
    expect(
      defaults({
        SESSION_DEFAULT_TIMEOUT_MINUTES: '45',
        SESSION_MAX_DURATION_MINUTES: '1440',
        SESSION_WARNING_THRESHOLD_MINUTES: '10',
      }),
    ).toMatchObject({ timeoutMinutes: 45, maxDurationMinutes: 1440, warningThresholdMinutes: 10 });
  });

  it.each(['0', '-5', '1.5', 'abc', '30 ', '1e3', '9999999999'])(
    'reject %j and name the variable',
    (value) => {
      expect(() => defaults({ SESSION_MAX_DURATION_MINUTES: value })).toThrow(
        'SESSION_MAX_DURATION_MINUTES must be whole minutes of 1 or more',
      );
    },
  );
});
