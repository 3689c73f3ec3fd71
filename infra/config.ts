/**
 * The deployment's settings: CDK context, from `-c key=value` or cdk.json, checked. Both `cdk deploy` and `npm start`
 * read them here.
 */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  ELIZAOS_BOUNDS,
  ELIZAOS_DEFAULTS,
  MAX_DURATION_FACTOR,
} from '../functions/session/timeout-config.ts';
import { ConfigError } from './config-error.ts';

export type Stage = 'dev' | 'prod';

export interface Config {
  stage: Stage;
  /** The table's own name; CloudFormation makes one when it is undefined. */
  tableName: string | undefined;
  /** What applies to sessions that do not set their own, in minutes. */
  timeoutMinutes: number;
  maxDurationMinutes: number;
  warningThresholdMinutes: number;
  /** The least and the most that clients may ask for as an idle timeout, in minutes. */
  minTimeoutMinutes: number;
  maxTimeoutMinutes: number;
  /** Whether the route that lists sessions is deployed. It hands out their ids, which are bearer secrets. */
  list: boolean;
  /** Requests a second that each route accepts, sustained and in a burst. API Gateway answers 429 beyond. */
  rateLimit: number;
  burstLimit: number;
  logRetention: RetentionDays;
}

/** Every setting with what it accepts and its default: the list that README's table is held to. */
export const settings = {
  stage: choice(['dev', 'prod'], 'dev'),
  tableName: name(/^[\w.-]{3,255}$/, '3 to 255 letters, digits, "_", "-" or "."'),
  timeoutMinutes: integer(1, 10_080, ELIZAOS_DEFAULTS.timeoutMinutes),
  maxDurationMinutes: integer(1, 20_160, ELIZAOS_DEFAULTS.maxDurationMinutes),
  warningThresholdMinutes: integer(1, 20_160, ELIZAOS_DEFAULTS.warningThresholdMinutes),
  minTimeoutMinutes: integer(1, 1440, ELIZAOS_BOUNDS.minTimeoutMinutes),
  maxTimeoutMinutes: integer(1, 10_080, ELIZAOS_BOUNDS.maxTimeoutMinutes),
  list: choice(['on', 'off'], 'off'),
  rateLimit: integer(1, 10_000, 1000),
  burstLimit: integer(1, 5000, 1000),
  logRetentionDays: choice(retentionDays(), '30'),
};

/** @throws ConfigError for an unknown key, a value out of bounds, or values that contradict each other. */
export function readConfig(context: Readonly<Record<string, unknown>>): Config {
  // CDK's own keys carry a prefix with a colon or a scope.
  const unknown = Object.keys(context).find((key) => !Object.hasOwn(settings, key) && !/[:@]/.test(key));
  if (unknown !== undefined) {
    throw new ConfigError(`-c ${unknown}: no such setting; there are ${Object.keys(settings).join(', ')}`);
  }
  const read = <T>(key: keyof typeof settings & string, setting: Setting<T>): T => {
    const given = context[key];
    if (given === undefined) return setting.default;
    const value = setting.parse(String(given));
    if (value === undefined) throw new ConfigError(`-c ${key}=${given}: expected ${setting.expected}`);
    return value;
  };
  const config: Config = {
    stage: read('stage', settings.stage),
    tableName: read('tableName', settings.tableName),
    timeoutMinutes: read('timeoutMinutes', settings.timeoutMinutes),
    maxDurationMinutes: read('maxDurationMinutes', settings.maxDurationMinutes),
    warningThresholdMinutes: read('warningThresholdMinutes', settings.warningThresholdMinutes),
    minTimeoutMinutes: read('minTimeoutMinutes', settings.minTimeoutMinutes),
    maxTimeoutMinutes: read('maxTimeoutMinutes', settings.maxTimeoutMinutes),
    list: read('list', settings.list) === 'on',
    rateLimit: read('rateLimit', settings.rateLimit),
    burstLimit: read('burstLimit', settings.burstLimit),
    // The enum's members are the numbers of days.
    logRetention: Number(read('logRetentionDays', settings.logRetentionDays)),
  };
  checkTogether(config);
  return config;
}

/** Settings that are fine each by itself. @throws ConfigError */
function checkTogether(config: Config): void {
  const {
    timeoutMinutes,
    maxDurationMinutes,
    warningThresholdMinutes,
    minTimeoutMinutes,
    maxTimeoutMinutes,
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
  for (const [setting, value] of Object.entries({ maxDurationMinutes, warningThresholdMinutes })) {
    expect(
      value <= longest,
      setting,
      value,
      `at most ${MAX_DURATION_FACTOR} times maxTimeoutMinutes (${longest})`,
    );
  }
}

interface Setting<T> {
  default: T;
  /** Completes "expected …". */
  expected: string;
  /** The value; undefined when it is none. */
  parse(text: string): T | undefined;
}

function choice<T extends string>(values: readonly T[], byDefault: T): Setting<T> {
  return {
    default: byDefault,
    expected: `one of ${values.join(', ')}`,
    parse: (text) => values.find((value) => value === text),
  };
}

function integer(min: number, max: number, byDefault: number): Setting<number> {
  return {
    default: byDefault,
    expected: `a whole number from ${min} to ${max}`,
    parse(text) {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? value : undefined;
    },
  };
}

function name(pattern: RegExp, expected: string): Setting<string | undefined> {
  return { default: undefined, expected, parse: (text) => (pattern.test(text) ? text : undefined) };
}

function retentionDays(): string[] {
  return Object.values(RetentionDays)
    .filter((days) => typeof days === 'number' && days !== RetentionDays.INFINITE)
    .map(String);
}
