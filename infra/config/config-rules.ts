/** Rules between settings. */
import { MAX_DURATION_FACTOR } from '../../functions/session/timeout-config.ts';
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';

/** @throws ConfigError for settings that are valid one by one and contradict each other. */
export function checkTogether(config: Config): void {
  const {
    timeoutMinutes,
    maxDurationMinutes,
    warningThresholdMinutes,
    minTimeoutMinutes,
    maxTimeoutMinutes,
    auth,
    corsOrigins,
    existingTable,
    tableName,
    replicas,
  } = config;
  const longest = MAX_DURATION_FACTOR * maxTimeoutMinutes;
  const expect = (holds: boolean, setting: string, value: number, expected: string) => {
    if (!holds) throw new ConfigError(`-c ${setting}=${value}: expected ${expected}`);
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
  if (existingTable !== undefined && (tableName !== undefined || replicas.length > 0)) {
    throw new ConfigError(`-c existingTable=${existingTable}: expected no -c tableName and no -c replicas`);
  }
  const { domainName, certificateArn, executeApi } = config;
  if ((domainName === undefined) !== (certificateArn === undefined)) {
    throw new ConfigError('-c domainName and -c certificateArn: only together');
  }
  if (executeApi === 'off' && domainName === undefined) {
    throw new ConfigError('-c executeApi=off: only with -c domainName, or nobody could call the API');
  }
  if (corsOrigins.includes('*') && (auth.kind !== 'none' || corsOrigins.length > 1)) {
    throw new ConfigError(
      `-c corsOrigins=${corsOrigins}: expected * alone and with -c auth=none, or the origins by name`,
    );
  }
  for (const [setting, value] of Object.entries({ maxDurationMinutes, warningThresholdMinutes })) {
    expect(
      value <= longest,
      setting,
      value,
      `at most ${MAX_DURATION_FACTOR} times maxTimeoutMinutes (${longest})`,
    );
  }
}
