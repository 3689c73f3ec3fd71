/**
 * The deployment's settings: CDK context, from `-c key=value` or cdk.json, checked. Both `cdk deploy` and
 * `npm start` read them here.
 */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ELIZAOS_BOUNDS, ELIZAOS_DEFAULTS } from '../functions/session/timeout-config.ts';
import { ConfigError } from './config-error.ts';
import { checkTogether } from './config-rules.ts';
import {
  choice,
  httpsUrl,
  integer,
  list,
  origin,
  retentionDays,
  type Setting,
  text,
} from './setting-kinds.ts';

/**
 * Every setting, once: what it accepts and its default. docs/reference.md says what each means, and is tested
 * against it.
 */
export const settings = {
  stage: choice(['dev', 'prod'], 'dev'),
  tableName: text(/^[\w.-]{3,255}$/, '3 to 255 letters, digits, "_", "-" or "."'),
  existingTable: text(/^[\w.-]{3,255}$/, '3 to 255 letters, digits, "_", "-" or "."'),
  timeoutMinutes: integer(1, 10_080, ELIZAOS_DEFAULTS.timeoutMinutes),
  maxDurationMinutes: integer(1, 20_160, ELIZAOS_DEFAULTS.maxDurationMinutes),
  warningThresholdMinutes: integer(1, 20_160, ELIZAOS_DEFAULTS.warningThresholdMinutes),
  minTimeoutMinutes: integer(1, 1440, ELIZAOS_BOUNDS.minTimeoutMinutes),
  maxTimeoutMinutes: integer(1, 10_080, ELIZAOS_BOUNDS.maxTimeoutMinutes),
  auth: choice(['none', 'api-key', 'jwt'], 'none'),
  jwtIssuer: httpsUrl('the https URL that tokens have as `iss`'),
  jwtAudience: list(
    (value) => value || undefined,
    'one or more values that tokens have as `aud`, with commas between',
  ),
  ownerClaim: text(
    /^(?!(?:iss|aud|exp|nbf|iat|jti|scope|scp|client_id|azp)$)[A-Za-z][\w:./-]{0,127}$/,
    'the name of a claim that tells users apart, such as sub',
  ),
  corsOrigins: list(
    (value) => (value === '*' ? value : origin(value)),
    'origins such as https://a.example with commas between, or *',
  ),
  list: choice(['on', 'off']),
  rateLimit: integer(1, 10_000, 1000),
  burstLimit: integer(1, 5000, 1000),
  logRetentionDays: retentionDays(RetentionDays.ONE_MONTH),
  tracing: choice(['on', 'off'], 'off'),
  alarmEmail: text(/^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/, 'an e-mail address'),
  deploy: choice(['at-once', 'canary']),
  replicas: list(
    (value) => (/^[a-z]{2}(-[a-z]+)+-\d$/.test(value) ? value : undefined),
    'regions such as eu-west-1 with commas between',
  ),
};

export type SettingName = keyof typeof settings;

/** The settings as they are read. */
export type Values = {
  [Name in SettingName]: (typeof settings)[Name] extends Setting<infer T> ? T : never;
};

export type Stage = Values['stage'];

/** Who may call the API. */
export type Auth =
  | { kind: 'none' }
  | { kind: 'api-key' }
  | {
      kind: 'jwt';
      issuer: string;
      audience: string[];
      /** The claim that names the user who owns sessions; undefined lets callers use all. */
      ownerClaim: string | undefined;
    };

/**
 * The settings as the stack uses them: those of access in one, and defaults that depend on others filled in.
 */
export interface Config
  extends Omit<Values, 'auth' | 'jwtIssuer' | 'jwtAudience' | 'ownerClaim' | 'list' | 'deploy'> {
  auth: Auth;
  list: 'on' | 'off';
  deploy: 'at-once' | 'canary';
}

/** The claim of callers' tokens that names the owner; undefined where nobody owns sessions. */
export const findOwnerClaim = ({ auth }: Config): string | undefined =>
  auth.kind === 'jwt' ? auth.ownerClaim : undefined;

/** @throws ConfigError for an unknown key, an invalid value, or values that contradict each other. */
export function readConfig(context: Readonly<Record<string, unknown>>): Config {
  // CDK's own keys have a colon or a scope.
  const unknown = Object.keys(context).find((key) => !Object.hasOwn(settings, key) && !/[:@]/.test(key));
  if (unknown !== undefined) {
    throw new ConfigError(`-c ${unknown}: no such setting; there are ${Object.keys(settings).join(', ')}`);
  }
  const entries = Object.keys(settings).map((name) => [name, read(name as SettingName, context[name])]);
  const { auth, jwtIssuer, jwtAudience, ownerClaim, ...values } = Object.fromEntries(entries) as Values;
  const config: Config = {
    ...values,
    auth: buildAuth({ auth, jwtIssuer, jwtAudience, ownerClaim }),
    list: values.list ?? (auth === 'none' ? 'off' : 'on'),
    deploy: values.deploy ?? (values.stage === 'prod' ? 'canary' : 'at-once'),
  };
  checkTogether(config);
  return config;
}

/** @throws ConfigError for an invalid value. */
function read(name: SettingName, given: unknown): unknown {
  const setting: Setting<unknown> = settings[name];
  const written = given === undefined ? setting.default : String(given);
  if (written === undefined) return undefined;
  const value = setting.parse(written);
  if (value === undefined) throw new ConfigError(`-c ${name}=${written}: expected ${setting.expected}`);
  return value;
}

/** @throws ConfigError for settings of another kind of access. */
function buildAuth({
  auth: kind,
  jwtIssuer: issuer,
  jwtAudience: audience,
  ownerClaim,
}: Pick<Values, 'auth' | 'jwtIssuer' | 'jwtAudience' | 'ownerClaim'>): Auth {
  if (kind === 'jwt') {
    if (issuer !== undefined && audience.length > 0) return { kind, issuer, audience, ownerClaim };
    throw new ConfigError('-c auth=jwt: needs -c jwtIssuer=<https URL> and -c jwtAudience=<audience>');
  }
  const jwtSettings = { jwtIssuer: issuer, jwtAudience: audience.join(), ownerClaim };
  const stray = Object.entries(jwtSettings).find(([, value]) => value);
  if (stray) throw new ConfigError(`-c ${stray[0]}=${stray[1]}: only with -c auth=jwt`);
  return { kind };
}
