/** Every setting: accepted values and default. docs/reference.md has the meanings; a test compares both. */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ELIZAOS_BOUNDS, ELIZAOS_DEFAULTS } from '../../functions/session/timeout-config.ts';
import { origin } from './origin.ts';
import { choice, httpsUrl, integer, list, retentionDays, type Setting, text } from './setting-kinds.ts';

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

export const settings = {
  stage: text(
    /^(?=.{1,32}$)[a-z](?:[a-z0-9-]*[a-z0-9])?$/,
    'a name of 1 to 32 lower-case letters, digits and dashes, a letter first and no dash last',
    'dev',
  ),
  region: text(REGION, 'a region such as eu-west-1'),
  existingTable: text(/^[\w.-]{3,255}$/, '3 to 255 letters, digits, "_", "-" or "."'),
  timeoutMinutes: integer(1, 10_080, ELIZAOS_DEFAULTS.timeoutMinutes),
  maxDurationMinutes: integer(1, 20_160, ELIZAOS_DEFAULTS.maxDurationMinutes),
  warningThresholdMinutes: integer(1, 20_160, ELIZAOS_DEFAULTS.warningThresholdMinutes),
  minTimeoutMinutes: integer(1, 1440, ELIZAOS_BOUNDS.minTimeoutMinutes),
  maxTimeoutMinutes: integer(1, 10_080, ELIZAOS_BOUNDS.maxTimeoutMinutes),
  auth: choice(['none', 'api-key', 'iam', 'jwt'], 'none'),
  jwtIssuer: httpsUrl('the https URL that tokens have as `iss`'),
  jwtAudience: list(
    (value) => value || undefined,
    'one or more values that tokens have as `aud`, with commas between',
    'a value that tokens have as `aud`',
  ),
  ownerClaim: text(
    /^(?!(?:iss|aud|exp|nbf|iat|jti|scope|scp|permissions|roles|client_id|azp)$)[A-Za-z][\w:./-]{0,127}$/,
    'the name of a claim that tells users apart, such as sub',
  ),
  serviceScope: text(
    // Those that every user's token may have.
    /^(?!(?:openid|profile|email|address|phone|offline_access|aws\.cognito\.signin\.user\.admin)$)[A-Za-z0-9._:/-]{1,128}$/,
    'one scope that users do not have, of 1 to 128 letters, digits, ".", "_", ":", "/" or "-"',
  ),
  corsOrigins: list(
    (value) => (value === '*' ? value : origin(value)),
    'origins such as https://a.example, without a slash at the end and with commas between, or *',
    'an origin such as https://a.example, without a slash at the end',
  ),
  list: choice(['on', 'off']),
  rateLimit: integer(1, undefined, 1000),
  burstLimit: integer(1, undefined, 1000),
  memoryMb: integer(128, 10_240),
  maxConcurrency: integer(1),
  logRetentionDays: retentionDays(RetentionDays.ONE_MONTH),
  tracing: choice(['on', 'off'], 'off'),
  alarmEmail: text(/^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/, 'an e-mail address'),
  alarmTopicArn: text(/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/, 'the ARN of an SNS topic'),
  tags: list(
    (value) => (/^(?!aws:)[^=]{1,128}=[^=]{0,256}$/i.test(value) ? value : undefined),
    'tags such as team=chat with commas between',
    'a tag such as team=chat',
  ),
  deploy: choice(['at-once', 'canary']),
  domainName: text(
    /^(?=.{4,253}$)(?!-)[a-z0-9-]+(\.[a-z0-9-]+)+$/,
    'a domain name in lower case, such as sessions.example.com',
  ),
  certificateArn: text(
    /^arn:[\w-]+:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/,
    'the ARN of a certificate in ACM',
  ),
  executeApi: choice(['on', 'off'], 'on'),
  events: choice(['on', 'off'], 'off'),
  eventBus: text(
    /^(?!aws\.)(?:[\w.-]{1,256}|arn:[\w-]+:events:[\w-]+:\d{12}:event-bus\/[\w./-]{1,256})$/,
    'the name or the ARN of an event bus',
  ),
  tableStreamArn: text(
    /^arn:[\w-]+:dynamodb:[\w-]+:\d{12}:table\/[\w.-]{3,255}\/stream\/[\w:.-]+$/,
    "the ARN of a table's stream",
  ),
  replicas: list(
    (value) => (REGION.test(value) ? value : undefined),
    'regions such as eu-west-1 with commas between',
    'a region such as eu-west-1',
  ),
};

export type SettingName = keyof typeof settings;

/** The settings as they are read. */
export type Values = {
  [Name in SettingName]: (typeof settings)[Name] extends Setting<infer T> ? T : never;
};
