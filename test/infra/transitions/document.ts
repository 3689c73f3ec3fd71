/** The table in docs/deploy.md of what changing each setting does to a live production stack. */
import { settings } from '../../../infra/config/settings.ts';
import { synthesizeUnbundled } from '../../support/stack.ts';
import { type Context, DOMAIN, JWT, others } from './combinations.ts';
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
  corsOrigins: [NONE, { ...NONE, corsOrigins: 'https://a.example' }],
  list: [NONE, { ...NONE, list: 'on' }],
  deploy: [NONE, { ...NONE, deploy: 'at-once' }],
  domainName: [NONE, WITH_DOMAIN],
  certificateArn: [WITH_DOMAIN, { ...WITH_DOMAIN, certificateArn: `${DOMAIN.certificateArn}2` }],
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

/** In words, what CloudFormation does to the stack. */
function describe(old: Resources, next: Resources): string {
  const { stateful, versions, added, removed } = compare(old, next);
  const functions = Object.values(next).filter(({ Type }) => Type === 'AWS::Lambda::Version').length;
  const hasRoute = (ids: string[], from: Resources) =>
    ids.some((id) => from[id]?.Type === 'AWS::ApiGatewayV2::Route');
  const parts = [
    ...stateful.map((one) => `**${one.replace(/\b(\w+?)[0-9A-F]{8}\b/g, '`$1`')}**`),
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
      rows.push(`| \`${name}\` | another stack | another stack |`);
      continue;
    }
    const [before, after] = CHANGES[name] ?? [NONE, { ...NONE, [name]: others[name] ?? '' }];
    const [old, next] = [await resourcesOf(before), await resourcesOf(after)];
    rows.push(`| \`${name}\` | ${describe(old, next)} | ${describe(next, old)} |`);
  }
  return ['| setting | set or changed | and back |', '|---|---|---|', ...rows, ''].join('\n');
}
