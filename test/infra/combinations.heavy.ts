import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { synthesizeUnbundled } from '../support/stack.ts';
import { type Context, combinations, others, STAGES } from './transitions/combinations.ts';

/** All at once, of those that go together. */
const { existingTable: _, alarmEmail: __, ...compatible } = others;
const together: Context = { ...compatible, stage: 'prod', auth: 'api-key', list: 'on', deploy: 'at-once' };

describe('the stack', () => {
  it.each([...STAGES.flatMap(combinations), together])(
    "passes cdk-nag's rules and holds to its settings: %j",
    async (context) => {
      // Synthesis fails when a rule of cdk-nag does.
      const { template: json } = await synthesizeUnbundled(context, true);
      const template = Template.fromJSON(json as Record<string, unknown>);
      const routes = Object.values(template.findResources('AWS::ApiGatewayV2::Route')).map(
        ({ Properties: properties }) => properties,
      );
      const type = { 'api-key': 'CUSTOM', iam: 'AWS_IAM', jwt: 'JWT' }[context['auth'] ?? ''] ?? 'NONE';
      for (const { RouteKey, AuthorizationType } of routes) {
        const isHealth = RouteKey.endsWith('/health');
        expect([RouteKey, AuthorizationType ?? 'NONE']).toEqual([RouteKey, isHealth ? 'NONE' : type]);
      }
      expect(routes.some(({ RouteKey }) => RouteKey === 'GET /api/messaging/sessions')).toBe(
        (context['list'] ?? (context['auth'] === 'none' ? 'off' : 'on')) === 'on',
      );
      const [api] = Object.values(template.findResources('AWS::ApiGatewayV2::Api'));
      const cors = api?.['Properties'].CorsConfiguration;
      expect(cors?.AllowOrigins).toEqual(context['corsOrigins'] && [context['corsOrigins']]);
      expect(cors?.AllowCredentials ?? false).toBe(false);
    },
  );
});
