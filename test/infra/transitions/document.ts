/** The table in docs/deploy.md of what changing each setting does to a live production stack. */
import { settings } from '../../../infra/config/settings.ts';
import { synthesizeUnbundled } from '../../support/stack.ts';
import { type Context, DOMAIN, JWT, others, STREAM } from './combinations.ts';
import { compare } from './compare.ts';
import { type Resources, readResources } from './template.ts';

export const DOCUMENT = new URL('../../../docs/deploy.md', import.meta.url);
export const [START, END] = ['<!-- what a change does -->\n', '<!-- end of what a change does -->\n'];

const NONE: Context = { auth: 'none' };
const WITH_DOMAIN: Context = { ...NONE, ...DOMAIN };

/** Before and after, for a setting whose change needs others. */
const CHANGES: Partial<Record<keyof typeof settings, [Context, Context]>> = {
  auth: [NONE, { auth: 'api-key' }],
  jwtIssuer: [JWT, { ...JWT, jwtIssuer: 'https://other.example' }],
  jwtAudience: [JWT, { ...JWT, jwtAudience: 'sessions,app' }],
  ownerClaim: [JWT, { ...JWT, ownerClaim: 'sub' }],
  serviceScope: [
    { ...JWT, ownerClaim: 'sub' },
    { ...JWT, ownerClaim: 'sub', serviceScope: 'sessions.manage' },
  ],
  corsOrigins: [NONE, { ...NONE, corsOrigins: 'https://a.example' }],
  list: [NONE, { ...NONE, list: 'on' }],
  deploy: [NONE, { ...NONE, deploy: 'at-once' }],
  eventBus: [
    { ...NONE, events: 'on' },
    { ...NONE, events: 'on', eventBus: 'chat' },
  ],
  tableStreamArn: [
    { ...NONE, events: 'on', existingTable: 'sessions-restored', tableStreamArn: STREAM },
    { ...NONE, events: 'on', existingTable: 'sessions-restored', tableStreamArn: `${STREAM}1` },
  ],
  certificateArn: [WITH_DOMAIN, { ...WITH_DOMAIN, certificateArn: `${DOMAIN.certificateArn}2` }],
  domainName: [WITH_DOMAIN, { ...WITH_DOMAIN, domainName: 'api.example.com' }],
  executeApi: [WITH_DOMAIN, { ...WITH_DOMAIN, executeApi: 'off' }],
};

const synthesized = new Map<string, Promise<Resources>>();

function resourcesOf(context: Context): Promise<Resources> {
  const key = JSON.stringify(context);
  const made =
    synthesized.get(key) ??
    synthesizeUnbundled({ ...context, stage: 'prod' }).then(({ template }) => readResources(template));
  synthesized.set(key, made);
  return made;
}

const withNames = (text: string): string => text.replace(/\b(\w+?)[0-9A-F]{8}\b/g, '`$1`');

/** What callers of a live API meet after a change. */
const CALLERS: Partial<Record<keyof typeof settings, string>> = {
  auth: '401 or 403 without the new credentials, at once',
  jwtIssuer: '401 with tokens of the issuer before, at once',
  jwtAudience: '401 with tokens for an audience that is gone, at once',
  ownerClaim: '404 for sessions of another user; sessions change hands if the claim does',
  serviceScope: 'without it, services are owners of nothing: 404',
  corsOrigins: 'pages of an origin that is gone see network errors',
  list: '404 where it is off',
  rateLimit: '429 beyond it',
  burstLimit: '429 beyond it',
  maxConcurrency: '5xx beyond it',
  events: 'nothing; with `off`, timers and bus are deleted',
  eventBus: 'nothing; rules on the bus before receive no more events',
  domainName: 'the domain before is gone at once',
  executeApi: 'with `off`: 404 at the execute-api endpoint',
};

/** In words, what CloudFormation does to the stack. */
function describe(old: Resources, next: Resources): string {
  const { stateful, versions, added, removed, replaced } = compare(old, next);
  const functions = Object.values(next).filter(({ Type }) => Type === 'AWS::Lambda::Version').length;
  const hasRoute = (ids: string[], from: Resources) =>
    ids.some((id) => from[id]?.Type === 'AWS::ApiGatewayV2::Route');
  const parts = [
    ...stateful.map((one) => `**${withNames(one)}**`),
    ...replaced.filter((id) => !stateful.includes(`replaces ${id}`)).map((id) => withNames(`replaces ${id}`)),
    versions.length === functions && 'new versions',
    versions.length > 0 &&
      versions.length < functions &&
      `${versions.length} new version${versions.length === 1 ? '' : 's'}`,
    hasRoute(added, next) && 'routes appear',
    hasRoute(removed, old) && 'routes disappear',
  ].filter((part) => part !== false);
  return parts.length > 0 ? parts.join(', ') : 'in place';
}

export async function buildTable(): Promise<string> {
  const rows: string[] = [];
  for (const name of Object.keys(settings) as (keyof typeof settings)[]) {
    if (name === 'stage' || name === 'region') {
      rows.push(`| \`${name}\` | another stack | another stack | |`);
      continue;
    }
    const [before, after] = CHANGES[name] ?? [NONE, { ...NONE, [name]: others[name] ?? '' }];
    const [old, next] = [await resourcesOf(before), await resourcesOf(after)];
    const cells = [describe(old, next), describe(next, old), CALLERS[name] ?? ''];
    rows.push(`| \`${name}\` | ${cells.join(' | ')} |`.replace('|  |', '| |'));
  }
  return ['| setting | set or changed | and back | callers meet |', '|---|---|---|---|', ...rows, ''].join(
    '\n',
  );
}
