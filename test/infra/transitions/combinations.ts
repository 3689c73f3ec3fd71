/** Combinations of settings that a stack may have, and be changed between. */

export type Context = Record<string, string>;

export const JWT = { auth: 'jwt', jwtIssuer: 'https://issuer.example', jwtAudience: 'sessions' };
const OWNERS = { ...JWT, ownerClaim: 'sub' };
const access: Context[] = [
  ...[{ auth: 'none' }, { auth: 'api-key' }, { auth: 'iam' }, JWT, OWNERS],
  { ...OWNERS, serviceScope: 'sessions.manage' },
];
const origins: Context[] = [{}, { corsOrigins: 'https://a.example' }, { corsOrigins: '*' }];

export const STAGES = ['dev', 'prod'];

/** Every allowed combination of access, browsers and the list. */
export const combined = access.flatMap((auth) =>
  origins
    .filter(({ corsOrigins }) => corsOrigins !== '*' || auth['auth'] === 'none')
    .flatMap((cors) => ['on', 'off'].map((list): Context => ({ ...auth, ...cors, list }))),
);

/** The other settings, each with another value than its default. */
export const others: Context = {
  events: 'on',
  tracing: 'on',
  alarmEmail: 'on-call@example.com',
  alarmTopicArn: 'arn:aws:sns:us-east-1:123456789012:on-call',
  tags: 'team=chat,cost-center=42',
  memoryMb: '512',
  maxConcurrency: '50',
  replicas: 'eu-west-1',
  existingTable: 'sessions-restored',
  timeoutMinutes: '40',
  maxDurationMinutes: '800',
  warningThresholdMinutes: '6',
  minTimeoutMinutes: '6',
  maxTimeoutMinutes: '1400',
  rateLimit: '900',
  burstLimit: '900',
  logRetentionDays: '60',
};

export const DOMAIN = {
  domainName: 'sessions.example.com',
  certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1',
};

export const STREAM =
  'arn:aws:dynamodb:us-east-1:123456789012:table/sessions-restored/stream/2026-03-02T00:00:00.000';

const OPEN = { auth: 'none', list: 'off' };

/** Each by itself, all that go together at once, and the ways to deploy. */
const single: Context[] = [
  ...Object.entries(others).map(([name, value]): Context => ({ ...OPEN, [name]: value })),
  { ...OPEN, events: 'on', eventBus: 'chat' },
  { ...OPEN, events: 'on', existingTable: 'sessions-restored', tableStreamArn: STREAM },
  { auth: 'iam', events: 'on', deploy: 'at-once', tracing: 'on' },
  { ...OPEN, deploy: 'canary' },
  { ...OPEN, deploy: 'at-once' },
  { ...OPEN, ...DOMAIN },
  { ...OPEN, ...DOMAIN, executeApi: 'off' },
  { auth: 'api-key', deploy: 'at-once', existingTable: 'sessions-restored' },
  { ...JWT, ownerClaim: 'sub', deploy: 'canary', replicas: 'eu-west-1,eu-central-1' },
];

/** @returns the combinations of a stage. `dev` has no canary. */
export const combinations = (stage: string): Context[] =>
  [...combined, ...single]
    .filter(({ deploy }) => stage !== 'dev' || deploy !== 'canary')
    .map((context) => ({ ...context, stage }));
