/** The table in docs/deploy.md of what changing each setting does to a live production stack. */
import { settings } from '../../../infra/config/settings.ts';
import { synthesizeUnbundled } from '../../support/stack.ts';
import type { Context } from './combinations.ts';
import { others } from './combinations.ts';
import { compare } from './compare.ts';
import { type Resources, readResources } from './template.ts';

export const DOCUMENT = new URL('../../../docs/deploy.md', import.meta.url);
export const [START, END] = ['<!-- what a change does -->\n', '<!-- end of what a change does -->\n'];

const NONE: Context = { auth: 'none' };
const JWT: Context = { auth: 'jwt', jwtIssuer: 'https://issuer.example', jwtAudience: 'web' };
const DOMAIN: Context = {
  domainName: 'sessions.example.com',
  certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1',
};

/** Before and after, for a setting whose change needs others. */
const CHANGES: Partial<Record<keyof typeof settings, [Context, Context]>> = {
  auth: [NONE, { auth: 'api-key' }],
  jwtIssuer: [JWT, { ...JWT, jwtIssuer: 'https://other.example' }],
  jwtAudience: [JWT, { ...JWT, jwtAudience: 'web,app' }],
  ownerClaim: [JWT, { ...JWT, ownerClaim: 'sub' }],
  corsOrigins: [NONE, { ...NONE, corsOrigins: 'https://a.example' }],
  list: [NONE, { ...NONE, list: 'on' }],
  deploy: [NONE, { ...NONE, deploy: 'at-once' }],
  domainName: [NONE, { ...NONE, ...DOMAIN }],
  certificateArn: [
    { ...NONE, ...DOMAIN },
    { ...NONE, ...DOMAIN, certificateArn: DOMAIN['certificateArn']?.replace('/1', '/2') ?? '' },
  ],
  executeApi: [
    { ...NONE, ...DOMAIN },
    { ...NONE, ...DOMAIN, executeApi: 'off' },
  ],
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
  const count = (ids: string[], from: Resources, type: string) =>
    ids.filter((id) => from[id]?.Type === type).length;
  const routes = [
    count(added, next, 'AWS::ApiGatewayV2::Route'),
    count(removed, old, 'AWS::ApiGatewayV2::Route'),
  ];
  const parts = [
    ...stateful.map((one) => `**${one.replace(/\b(\w+?)[0-9A-F]{8}\b/g, '`$1`')}**`),
    versions.length > 0 &&
      (versions.length === functions
        ? 'new versions'
        : `${versions.length} new version${versions.length === 1 ? '' : 's'}`),
    (routes[0] ?? 0) > 0 && 'routes appear',
    (routes[1] ?? 0) > 0 && 'routes disappear',
  ].filter((part) => part !== false);
  return parts.length > 0 ? parts.join(', ') : 'in place';
}

export async function buildTable(): Promise<string> {
  const rows: string[] = [];
  for (const name of Object.keys(settings) as (keyof typeof settings)[]) {
    if (name === 'stage') {
      rows.push('| `stage` | another stack | another stack |');
      continue;
    }
    const [before, after] = CHANGES[name] ?? [NONE, { ...NONE, [name]: others[name] ?? '' }];
    const [old, next] = [await resourcesOf(before), await resourcesOf(after)];
    rows.push(`| \`${name}\` | ${describe(old, next)} | ${describe(next, old)} |`);
  }
  return ['| setting | set or changed | and back |', '|---|---|---|', ...rows, ''].join('\n');
}
