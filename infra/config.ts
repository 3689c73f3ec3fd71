/**
 * The deployment's settings: CDK context, from `-c key=value` or cdk.json, checked. Both `cdk deploy` and `npm start`
 * read them here.
 */
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  ELIZAOS_BOUNDS,
  ELIZAOS_DEFAULTS,
  MAX_DURATION_FACTOR,
} from '../functions/session/timeout-config.ts';
import { ConfigError } from './config-error.ts';
import {
  choice,
  httpsUrl,
  integer,
  list,
  name,
  origin,
  retentionDays,
  type Setting,
} from './setting-kinds.ts';

export type Stage = 'dev' | 'prod';

/** Who may call the API. */
export type Auth =
  | { kind: 'none' }
  | { kind: 'api-key' }
  | {
      kind: 'jwt';
      issuer: string;
      audience: string[];
      /** The claim that names the user whose sessions alone a caller may use; undefined lets callers use all. */
      ownerClaim: string | undefined;
    };

export interface Config {
  stage: Stage;
  /** The table's own name; CloudFormation makes one when it is undefined. */
  tableName: string | undefined;
  /** A table that is there already, made by another stack or restored, used instead of one of this stack. */
  existingTable: string | undefined;
  /** What applies to sessions that do not set their own, in minutes. */
  timeoutMinutes: number;
  maxDurationMinutes: number;
  warningThresholdMinutes: number;
  /** The least and the most that clients may ask for as an idle timeout, in minutes. */
  minTimeoutMinutes: number;
  maxTimeoutMinutes: number;
  auth: Auth;
  /** The origins whose pages may call the API from a browser; `*` alone is every origin. */
  corsOrigins: string[];
  /** Whether the route that lists sessions is deployed. It hands out their ids, which are bearer secrets. */
  list: boolean;
  /** Requests a second that each route accepts, sustained and in a burst. API Gateway answers 429 beyond. */
  rateLimit: number;
  burstLimit: number;
  logRetention: RetentionDays;
  /** Whether functions send traces to X-Ray. */
  tracing: boolean;
  /** Who is told of alarms. */
  alarmEmail: string | undefined;
  /** Whether a new version gets a tenth of the requests first, and is taken back when an alarm is raised. */
  canary: boolean;
  /** The other regions that have a copy of the table. */
  replicas: string[];
}

/** The claim of callers' tokens that names whose sessions are theirs; undefined where callers may use all. */
export const findOwnerClaim = ({ auth }: Config): string | undefined =>
  auth.kind === 'jwt' ? auth.ownerClaim : undefined;

/** Every setting with what it accepts and its default; docs/reference.md is tested against it. */
export const settings = {
  stage: choice(['dev', 'prod'], 'dev'),
  tableName: name(/^[\w.-]{3,255}$/, '3 to 255 letters, digits, "_", "-" or "."'),
  existingTable: name(/^[\w.-]{3,255}$/, '3 to 255 letters, digits, "_", "-" or "."'),
  timeoutMinutes: integer(1, 10_080, ELIZAOS_DEFAULTS.timeoutMinutes),
  maxDurationMinutes: integer(1, 20_160, ELIZAOS_DEFAULTS.maxDurationMinutes),
  warningThresholdMinutes: integer(1, 20_160, ELIZAOS_DEFAULTS.warningThresholdMinutes),
  minTimeoutMinutes: integer(1, 1440, ELIZAOS_BOUNDS.minTimeoutMinutes),
  maxTimeoutMinutes: integer(1, 10_080, ELIZAOS_BOUNDS.maxTimeoutMinutes),
  auth: choice(['none', 'api-key', 'jwt'], 'none'),
  jwtIssuer: httpsUrl('the https URL that tokens have as `iss`'),
  jwtAudience: list(
    (text) => text || undefined,
    'one or more values that tokens have as `aud`, with commas between',
  ),
  ownerClaim: name(
    /^(?!(?:iss|aud|exp|nbf|iat|jti|scope|scp|client_id|azp)$)[A-Za-z][\w:./-]{0,127}$/,
    'the name of a claim that tells users apart, such as sub',
  ),
  corsOrigins: list(
    (text) => (text === '*' ? text : origin(text)),
    'origins such as https://a.example with commas between, or *',
  ),
  // Undefined: on where callers are known.
  list: { ...choice(['on', 'off'], 'off'), default: undefined },
  rateLimit: integer(1, 10_000, 1000),
  burstLimit: integer(1, 5000, 1000),
  logRetentionDays: choice(retentionDays(), '30'),
  tracing: choice(['on', 'off'], 'off'),
  alarmEmail: name(/^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/, 'an e-mail address'),
  // Undefined: gradually in production.
  deploy: { ...choice(['at-once', 'canary'], 'at-once'), default: undefined },
  replicas: list(
    (text) => (/^[a-z]{2}(-[a-z]+)+-\d$/.test(text) ? text : undefined),
    'regions such as eu-west-1 with commas between',
  ),
};

/** @throws ConfigError for an unknown key, a value out of bounds, or values that contradict each other. */
export function readConfig(context: Readonly<Record<string, unknown>>): Config {
  // CDK's own keys carry a prefix with a colon or a scope.
  const unknown = Object.keys(context).find((key) => !Object.hasOwn(settings, key) && !/[:@]/.test(key));
  if (unknown !== undefined) {
    throw new ConfigError(`-c ${unknown}: no such setting; there are ${Object.keys(settings).join(', ')}`);
  }
  const read: Read = (key, setting) => {
    const given = context[key];
    if (given === undefined) return setting.default;
    const value = setting.parse(String(given));
    if (value === undefined) throw new ConfigError(`-c ${key}=${given}: expected ${setting.expected}`);
    return value;
  };
  const auth = readAuth(read);
  const stage = read('stage', settings.stage);
  const config: Config = {
    stage,
    tableName: read('tableName', settings.tableName),
    existingTable: read('existingTable', settings.existingTable),
    timeoutMinutes: read('timeoutMinutes', settings.timeoutMinutes),
    maxDurationMinutes: read('maxDurationMinutes', settings.maxDurationMinutes),
    warningThresholdMinutes: read('warningThresholdMinutes', settings.warningThresholdMinutes),
    minTimeoutMinutes: read('minTimeoutMinutes', settings.minTimeoutMinutes),
    maxTimeoutMinutes: read('maxTimeoutMinutes', settings.maxTimeoutMinutes),
    auth,
    corsOrigins: read('corsOrigins', settings.corsOrigins) ?? [],
    list: (read('list', settings.list) ?? (auth.kind === 'none' ? 'off' : 'on')) === 'on',
    rateLimit: read('rateLimit', settings.rateLimit),
    burstLimit: read('burstLimit', settings.burstLimit),
    // The enum's members are the numbers of days.
    logRetention: Number(read('logRetentionDays', settings.logRetentionDays)),
    tracing: read('tracing', settings.tracing) === 'on',
    alarmEmail: read('alarmEmail', settings.alarmEmail),
    canary: (read('deploy', settings.deploy) ?? (stage === 'prod' ? 'canary' : 'at-once')) === 'canary',
    replicas: read('replicas', settings.replicas) ?? [],
  };
  checkTogether(config);
  return config;
}

type Read = <T>(key: keyof typeof settings & string, setting: Setting<T>) => T;

/** @throws ConfigError for settings of another kind of access than the one that is chosen. */
function readAuth(read: Read): Auth {
  const kind = read('auth', settings.auth);
  const issuer = read('jwtIssuer', settings.jwtIssuer);
  const audience = read('jwtAudience', settings.jwtAudience);
  const ownerClaim = read('ownerClaim', settings.ownerClaim);
  if (kind === 'jwt') {
    if (issuer !== undefined && audience !== undefined) return { kind, issuer, audience, ownerClaim };
    throw new ConfigError('-c auth=jwt: needs -c jwtIssuer=<https URL> and -c jwtAudience=<audience>');
  }
  const stray = Object.entries({ jwtIssuer: issuer, jwtAudience: audience, ownerClaim }).find(
    ([, value]) => value !== undefined,
  );
  if (stray) throw new ConfigError(`-c ${stray[0]}=${stray[1]}: only with -c auth=jwt`);
  return { kind };
}

/** Settings that are fine each by itself. @throws ConfigError */
function checkTogether(config: Config): void {
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
