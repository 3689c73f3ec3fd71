/** Settings that are valid one by one and contradict each other, of the app and of the construct alike. */
import { Token } from 'aws-cdk-lib';
import { MAX_DURATION_FACTOR } from '../../functions/session/timeout-config.ts';
import { ConfigError } from './config-error.ts';
import type { Timeouts } from './props.ts';

export interface Combination extends Required<Timeouts> {
  auth: { readonly kind: string };
  corsOrigins: readonly string[];
}

/**
 * @param label a setting with its value, as its user wrote it.
 * @throws ConfigError
 */
export function checkTogether(
  {
    timeoutMinutes,
    maxDurationMinutes,
    warningThresholdMinutes,
    minTimeoutMinutes,
    maxTimeoutMinutes,
    auth,
    corsOrigins,
  }: Combination,
  label: (setting: keyof Combination, value: unknown) => string,
): void {
  const longest = MAX_DURATION_FACTOR * maxTimeoutMinutes;
  const isKnown = (...values: number[]) => values.every((value) => !Token.isUnresolved(value));
  const expect = (holds: boolean, setting: keyof Combination, value: number, expected: string) => {
    // Tokens can't be compared.
    if (!holds && isKnown(minTimeoutMinutes, maxTimeoutMinutes, timeoutMinutes, maxDurationMinutes, value))
      throw new ConfigError(`${label(setting, value)}: expected ${expected}`);
  };
  expect(
    minTimeoutMinutes <= maxTimeoutMinutes,
    'minTimeoutMinutes',
    minTimeoutMinutes,
    `at most maxTimeoutMinutes (${maxTimeoutMinutes})`,
  );
  expect(
    timeoutMinutes >= minTimeoutMinutes && timeoutMinutes <= maxTimeoutMinutes,
    'timeoutMinutes',
    timeoutMinutes,
    `minTimeoutMinutes to maxTimeoutMinutes (${minTimeoutMinutes} to ${maxTimeoutMinutes})`,
  );
  expect(
    timeoutMinutes <= maxDurationMinutes,
    'timeoutMinutes',
    timeoutMinutes,
    `at most maxDurationMinutes (${maxDurationMinutes})`,
  );
  for (const [setting, value] of Object.entries({ maxDurationMinutes, warningThresholdMinutes })) {
    expect(
      value <= longest,
      setting as keyof Combination,
      value,
      `at most ${MAX_DURATION_FACTOR} times maxTimeoutMinutes (${longest})`,
    );
  }
  if (corsOrigins.includes('*') && (auth.kind !== 'none' || corsOrigins.length > 1)) {
    throw new ConfigError(
      `${label('corsOrigins', corsOrigins)}: expected * alone and only for a public API, or the origins by name`,
    );
  }
}
