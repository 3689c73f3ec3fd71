/**
 * The deployment's settings: CDK context, from `-c key=value` or cdk.json, checked. Both `cdk deploy` and `npm start`
 * read them here.
 */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ELIZAOS_DEFAULTS } from '../functions/session/timeout-config.ts';

export type Stage = 'dev' | 'prod';

export interface Config {
  stage: Stage;
  /** The table's own name; CloudFormation makes one when it is undefined. */
  tableName: string | undefined;
  /** What applies to sessions that do not set their own, in minutes. */
  timeoutMinutes: number;
  maxDurationMinutes: number;
  warningThresholdMinutes: number;
  /** Requests a second that each route accepts, sustained and in a burst. API Gateway answers 429 beyond. */
  rateLimit: number;
  burstLimit: number;
  logRetention: RetentionDays;
}

/** A setting that can't be used. Its message is one line that names the setting and says what it may be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Every setting with what it accepts and its default: the list that README's table is held to. */
export const settings = {
  stage: choice(['dev', 'prod'], 'dev'),
  tableName: name(/^[\w.-]{3,255}$/, '3 to 255 letters, digits, "_", "-" or "."'),
  timeoutMinutes: integer(5, 1440, ELIZAOS_DEFAULTS.timeoutMinutes),
  maxDurationMinutes: integer(5, 2880, ELIZAOS_DEFAULTS.maxDurationMinutes),
  warningThresholdMinutes: integer(1, 2880, ELIZAOS_DEFAULTS.warningThresholdMinutes),
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
    rateLimit: read('rateLimit', settings.rateLimit),
    burstLimit: read('burstLimit', settings.burstLimit),
    // The enum's members are the numbers of days.
    logRetention: Number(read('logRetentionDays', settings.logRetentionDays)),
  };
  if (config.timeoutMinutes > config.maxDurationMinutes) {
    throw new ConfigError(
      `-c timeoutMinutes=${config.timeoutMinutes}: expected at most maxDurationMinutes (${config.maxDurationMinutes})`,
    );
  }
  return config;
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
