/**
 * The deployment's settings: CDK context, from `-c key=value` or cdk.json, checked. Both `cdk deploy` and
 * `npm start` read them here.
 */

import { MAX_DURATION_FACTOR } from '../../functions/session/timeout-config.ts';
import { ConfigError } from './config-error.ts';
import { type Given, readContext } from './context.ts';
import type { Setting } from './setting-kinds.ts';
import { type SettingName, settings, type Values } from './settings.ts';
import { isProduction } from './stage.ts';
import { toTags } from './tags.ts';

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

/** The settings as the stack uses them: those of access in one, dependent defaults filled in. */
export interface Config
  extends Omit<Values, 'auth' | 'jwtIssuer' | 'jwtAudience' | 'ownerClaim' | 'list' | 'deploy'> {
  auth: Auth;
  list: 'on' | 'off';
  /** Data, keys and logs outlive the stack; false for `dev`. */
  isProduction: boolean;
  deploy: 'at-once' | 'canary';
}

/** The claim of callers' tokens that names the owner; undefined where nobody owns sessions. */
export const findOwnerClaim = ({ auth }: Config): string | undefined =>
  auth.kind === 'jwt' ? auth.ownerClaim : undefined;

/** @throws ConfigError for an unknown key, an invalid value, or values that contradict each other. */
export function readConfig(context: Readonly<Record<string, unknown>>): Config {
  const given = readContext(context);
  const entries = Object.keys(settings).map((name) => [name, read(name as SettingName, given[name])]);
  const { auth, jwtIssuer, jwtAudience, ownerClaim, ...values } = Object.fromEntries(entries) as Values;
  const config: Config = {
    ...values,
    auth: buildAuth({ auth, jwtIssuer, jwtAudience, ownerClaim }),
    list: values.list ?? (auth === 'none' ? 'off' : 'on'),
    isProduction: isProduction(values.stage),
    deploy: values.deploy ?? (isProduction(values.stage) ? 'canary' : 'at-once'),
  };
  checkTogether(config);
  return config;
}

/** @throws ConfigError for an invalid value. */
function read(name: SettingName, given: Given | undefined): unknown {
  const setting: Setting<unknown> = settings[name];
  const written = given === undefined ? setting.default : String(given.value);
  if (written === undefined) return undefined;
  const value = setting.parse(written);
  if (value === undefined) {
    const where = given?.source.startsWith('cdk.json') ? `${given.source}: ` : '-c ';
    throw new ConfigError(`${where}${name}=${written}: expected ${setting.expected}`);
  }
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

/** @throws ConfigError for settings that are valid one by one and contradict each other. */
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
  if (config.deploy === 'canary' && !config.isProduction) {
    throw new ConfigError('-c deploy=canary: not for dev, whose functions have no versions to shift between');
  }
  if (existingTable !== undefined && replicas.length > 0) {
    throw new ConfigError(`-c existingTable=${existingTable}: expected no -c replicas`);
  }
  if (config.alarmEmail !== undefined && config.alarmTopicArn !== undefined) {
    throw new ConfigError('-c alarmEmail and -c alarmTopicArn: choose one; a topic may have the address');
  }
  const keys = toTags(config.tags).map(({ key }) => key);
  if (new Set(keys).size < keys.length)
    throw new ConfigError(`-c tags=${config.tags}: expected each key once`);
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
