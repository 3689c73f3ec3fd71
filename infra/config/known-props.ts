/** The names and kinds of the construct's properties, for those who write JavaScript, or spread objects. */
import { Token } from 'aws-cdk-lib';
import type { JwtOptions } from './auth.ts';
import { ConfigError } from './config-error.ts';
import type { Domain, SessionsApiProps, Throttle, Timeouts } from './props.ts';

type Kind = 'boolean' | 'list' | 'number' | 'object' | 'string';

const PROPS: Record<keyof SessionsApiProps, Kind> = {
  auth: 'object',
  timeouts: 'object',
  corsOrigins: 'list',
  list: 'boolean',
  production: 'boolean',
  canary: 'boolean',
  removalPolicy: 'string',
  table: 'object',
  replicas: 'list',
  replicaTags: 'object',
  domain: 'object',
  executeApi: 'boolean',
  throttle: 'object',
  alarmTopic: 'object',
  memoryMb: 'number',
  maxConcurrency: 'number',
  logRetention: 'number',
  tracing: 'boolean',
  events: 'boolean',
  eventBus: 'object',
  description: 'string',
};

const TIMEOUTS: Record<keyof Timeouts, Kind> = {
  timeoutMinutes: 'number',
  maxDurationMinutes: 'number',
  warningThresholdMinutes: 'number',
  minTimeoutMinutes: 'number',
  maxTimeoutMinutes: 'number',
};

const THROTTLE: Record<keyof Throttle, Kind> = { rateLimit: 'number', burstLimit: 'number' };

const DOMAIN: Record<keyof Domain, Kind> = { name: 'string', certificate: 'object' };

const JWT: Record<keyof JwtOptions | 'kind', Kind> = {
  kind: 'string',
  issuer: 'string',
  audience: 'list',
  ownerClaim: 'string',
  serviceScope: 'string',
};

/** @throws ConfigError for a property that there is none of, that has a value of another kind, or that is missing. */
export function assertKnown(props: SessionsApiProps, path: string): void {
  check(props, PROPS, `${path}: `, ['auth']);
  const { auth, timeouts = {}, throttle = {}, domain } = props;
  check(timeouts, TIMEOUTS, `${path}: timeouts.`);
  check(throttle, THROTTLE, `${path}: throttle.`);
  if (domain) check(domain, DOMAIN, `${path}: domain.`, ['name', 'certificate']);
  if (auth.options?.kind === 'jwt') check(auth.options, JWT, `${path}: auth.`, ['issuer', 'audience']);
}

function check(
  values: object,
  kinds: Readonly<Record<string, Kind>>,
  prefix: string,
  required: readonly string[] = [],
): void {
  for (const name of required) {
    if ((values as Record<string, unknown>)[name] === undefined)
      throw new ConfigError(`${prefix}${name}: is required`);
  }
  for (const [name, value] of Object.entries(values)) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined)
      throw new ConfigError(`${prefix}${name}: no such property; there are ${Object.keys(kinds).join(', ')}`);
    if (value === undefined || Token.isUnresolved(value) || isOf(kind, value)) continue;
    const given =
      value === null ? 'null' : Array.isArray(value) ? 'a list' : `${article(typeof value)} ${typeof value}`;
    throw new ConfigError(`${prefix}${name}: expected ${article(kind)} ${kind}, not ${given}`);
  }
}

function isOf(kind: Kind, value: unknown): boolean {
  if (kind === 'list') return Array.isArray(value);
  return typeof value === kind && value !== null && !Array.isArray(value);
}

const article = (kind: string): string => (kind === 'object' ? 'an' : 'a');
