import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { synthesizeUnbundled } from '../support/stack.ts';

const JWT = { auth: 'jwt', jwtIssuer: 'https://issuer.example', jwtAudience: 'sessions' };
const access: Record<string, string>[] = [{}, { auth: 'api-key' }, JWT, { ...JWT, ownerClaim: 'sub' }];
const origins: Record<string, string>[] = [{}, { corsOrigins: 'https://a.example' }, { corsOrigins: '*' }];

/** Every combination that is allowed of the settings that change what the stack has. */
const combinations = access.flatMap((auth) =>
  origins
    .filter(({ corsOrigins }) => corsOrigins !== '*' || auth['auth'] === undefined)
    .flatMap((cors) =>
      ['dev', 'prod'].flatMap((stage) =>
        ['on', 'off'].map((list) => ({ ...auth, ...cors, stage, list }) as Record<string, string>),
      ),
    ),
);

/** The others, each by itself and all at once. */
const others: Record<string, string>[] = [
  { tracing: 'on' },
  { alarmEmail: 'on-call@example.com' },
  { replicas: 'eu-west-1' },
  { deploy: 'canary' },
  { stage: 'prod', auth: 'none', deploy: 'at-once' },
];
const separately = others.map((setting) => ({ list: 'off', ...setting }) as Record<string, string>);
const together: Record<string, string> = { ...Object.assign({}, ...others), auth: 'api-key', list: 'on' };

describe('the stack', () => {
  it.each([...combinations, ...separately, together])(
    "passes cdk-nag's rules and holds to its settings: %j",
    async (context) => {
      // Synthesis fails when a rule of cdk-nag does.
      const { template: json } = await synthesizeUnbundled(context);
      const template = Template.fromJSON(json as Record<string, unknown>);
      const routes = Object.values(template.findResources('AWS::ApiGatewayV2::Route')).map(
        ({ Properties: properties }) => properties,
      );
      const type = { 'api-key': 'CUSTOM', jwt: 'JWT' }[context['auth'] ?? ''] ?? 'NONE';
      for (const { RouteKey, AuthorizationType } of routes) {
        const isHealth = RouteKey.endsWith('/health');
        expect([RouteKey, AuthorizationType ?? 'NONE']).toEqual([RouteKey, isHealth ? 'NONE' : type]);
      }
      expect(routes.some(({ RouteKey }) => RouteKey === 'GET /api/messaging/sessions')).toBe(
        context['list'] === 'on',
      );
      const [api] = Object.values(template.findResources('AWS::ApiGatewayV2::Api'));
      const cors = api?.['Properties'].CorsConfiguration;
      expect(cors?.AllowOrigins).toEqual(context['corsOrigins'] && [context['corsOrigins']]);
      expect(cors?.AllowCredentials ?? false).toBe(false);
    },
  );
});
