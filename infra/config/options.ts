/** The construct's properties with their defaults, checked. */
import { type CfnTag, RemovalPolicy, Token } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { AuthOptions } from './auth.ts';
import { checkTogether } from './combinations.ts';
import { ConfigError } from './config-error.ts';
import { assertKnown } from './known-props.ts';
import type { Domain, SessionsApiProps, Throttle, Timeouts } from './props.ts';
import type { Setting } from './setting-kinds.ts';
import { settings } from './settings.ts';

export interface Options extends Required<Timeouts>, Required<Throttle> {
  auth: AuthOptions;
  corsOrigins: readonly string[];
  list: boolean;
  isProduction: boolean;
  isCanary: boolean;
  tableRemoval: RemovalPolicy;
  /** Undefined for one of the construct's own. */
  table: ITable | undefined;
  replicas: readonly string[];
  replicaTags: readonly CfnTag[];
  domain: Domain | undefined;
  executeApi: boolean;
  alarmTopic: ITopic | undefined;
  memoryMb: number | undefined;
  maxConcurrency: number | undefined;
  logRetention: RetentionDays;
  tracing: boolean;
  events: boolean;
  /** Undefined for one of the construct's own. */
  eventBus: IEventBus | undefined;
  description: string;
}

/** The scope of services beside owners; undefined where there are none. */
export const findServiceScope = ({ auth }: Pick<Options, 'auth'>): string | undefined =>
  auth.kind === 'jwt' ? auth.serviceScope : undefined;

/** The claim of callers' tokens that names the owner; undefined where nobody owns sessions. */
export const findOwnerClaim = ({ auth }: Pick<Options, 'auth'>): string | undefined =>
  auth.kind === 'jwt' ? auth.ownerClaim : undefined;

/** Properties that are checked as the app's setting of the same meaning, where they have another name. */
const PROPERTIES = {
  timeoutMinutes: 'timeouts.timeoutMinutes',
  maxDurationMinutes: 'timeouts.maxDurationMinutes',
  warningThresholdMinutes: 'timeouts.warningThresholdMinutes',
  minTimeoutMinutes: 'timeouts.minTimeoutMinutes',
  maxTimeoutMinutes: 'timeouts.maxTimeoutMinutes',
  rateLimit: 'throttle.rateLimit',
  burstLimit: 'throttle.burstLimit',
  jwtIssuer: 'auth.issuer',
  jwtAudience: 'auth.audience',
  ownerClaim: 'auth.ownerClaim',
  serviceScope: 'auth.serviceScope',
  domainName: 'domain.name',
  logRetentionDays: 'logRetention',
  corsOrigins: 'corsOrigins',
  memoryMb: 'memoryMb',
  maxConcurrency: 'maxConcurrency',
  replicas: 'replicas',
} as const satisfies Partial<Record<keyof typeof settings, string>>;

type Checked = keyof typeof PROPERTIES;

/**
 * @param path of the construct, for its errors.
 * @throws ConfigError for an invalid property, or for properties that contradict each other.
 */
export function resolveProps(props: SessionsApiProps, path: string): Options {
  const fail = (message: string): never => {
    throw new ConfigError(`${path}: ${message}`);
  };
  const label = (name: string, value: unknown) => `${path}: ${PROPERTIES[name as Checked] ?? name}=${value}`;
  /** The value, checked; CloudFormation's to know where it is a token. */
  const check = <T>(name: Checked, value: T): T => {
    const setting: Setting<unknown> = settings[name];
    const isValid = Token.isUnresolved(value) || setting.parse(String(value)) !== undefined;
    if (!isValid) throw new ConfigError(`${label(name, value)}: expected ${setting.expected}`);
    return value;
  };
  const optional = <T>(name: Checked, value: T | undefined) =>
    value === undefined ? undefined : check(name, value);
  const each = (name: Checked, values: readonly string[] = []): readonly string[] => {
    if (Token.isUnresolved(values)) return values;
    const setting: Setting<unknown> = settings[name];
    for (const value of values) {
      // One value: the setting's text may have several, with spaces between.
      const isOne = Token.isUnresolved(value) || String(setting.parse(value)) === value;
      if (!isOne || value === '' || value.includes(','))
        throw new ConfigError(`${label(name, value)}: expected ${setting.expectedEach}`);
    }
    return values;
  };
  const number = (name: Checked, value: number | undefined): number =>
    value === undefined ? Number(settings[name].default) : check(name, value);

  assertKnown(props, path);
  const { auth: given, timeouts = {}, throttle = {}, domain, production: isProduction = true } = props;
  // By its form: there may be two copies of the package.
  if (!['none', 'api-key', 'iam', 'jwt'].includes(given.options?.kind))
    fail('auth: expected Auth.none(), Auth.apiKeys(), Auth.iam() or Auth.jwt(…)');
  const auth = given.options;
  if (auth.kind === 'jwt') {
    check('jwtIssuer', auth.issuer);
    optional('ownerClaim', auth.ownerClaim);
    optional('serviceScope', auth.serviceScope);
    if (auth.serviceScope !== undefined && auth.ownerClaim === undefined)
      fail('auth.serviceScope: only with ownerClaim; without it every caller is a service');
    if (each('jwtAudience', auth.audience).length === 0)
      fail(`auth.audience: expected ${settings.jwtAudience.expected}`);
  }
  if (domain) check('domainName', domain.name);
  const options: Options = {
    auth,
    timeoutMinutes: number('timeoutMinutes', timeouts.timeoutMinutes),
    maxDurationMinutes: number('maxDurationMinutes', timeouts.maxDurationMinutes),
    warningThresholdMinutes: number('warningThresholdMinutes', timeouts.warningThresholdMinutes),
    minTimeoutMinutes: number('minTimeoutMinutes', timeouts.minTimeoutMinutes),
    maxTimeoutMinutes: number('maxTimeoutMinutes', timeouts.maxTimeoutMinutes),
    rateLimit: number('rateLimit', throttle.rateLimit),
    burstLimit: number('burstLimit', throttle.burstLimit),
    corsOrigins: each('corsOrigins', props.corsOrigins),
    list: props.list ?? auth.kind !== 'none',
    isProduction,
    isCanary: props.canary ?? isProduction,
    tableRemoval: props.removalPolicy ?? (isProduction ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY),
    table: props.table,
    replicas: each('replicas', props.replicas),
    replicaTags: Object.entries(props.replicaTags ?? {}).map(([key, value]) => ({ key, value })),
    domain,
    executeApi: props.executeApi ?? true,
    alarmTopic: props.alarmTopic,
    memoryMb: optional('memoryMb', props.memoryMb),
    maxConcurrency: optional('maxConcurrency', props.maxConcurrency),
    logRetention: number('logRetentionDays', props.logRetention),
    tracing: props.tracing ?? false,
    events: props.events ?? false,
    eventBus: props.eventBus,
    description: props.description ?? 'Sessions API',
  };
  checkTogether(options, label);
  if (options.isCanary && !isProduction)
    fail('canary: only with production, or functions have no versions to shift between');
  if (options.table) {
    for (const name of ['replicas', 'replicaTags', 'removalPolicy'] as const)
      if (isGiven(props[name]))
        fail(`table: expected no ${name}, which are for a table of the construct's own`);
  }
  if (options.eventBus && !options.events) fail('eventBus: only with events');
  if (options.events && options.table && options.table.tableStreamArn === undefined)
    fail('events: the table needs tableStreamArn, its stream with new and old images');
  if (props.removalPolicy === RemovalPolicy.SNAPSHOT)
    fail('removalPolicy: a table has no snapshots; expected RETAIN, RETAIN_ON_UPDATE_OR_DELETE or DESTROY');
  if (!options.executeApi && !domain)
    fail('executeApi: false only with domain, or nobody could call the API');
  return options;
}

/** Whether there is something in it. */
const isGiven = (value: string | object | undefined): boolean =>
  value !== undefined && Object.keys(value).length > 0;
