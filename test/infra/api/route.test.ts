import { expect, it } from 'vitest';
import { synthesizeTemplate } from '../../support/stack.ts';

interface Dependent {
  DependsOn?: string[];
  Properties: { RouteKey?: string };
}

it('API Gateway may call a function before an integration or a route leads to it', async () => {
  const template = await synthesizeTemplate({ auth: 'api-key' });
  const resources = (type: string) => Object.values(template.findResources(type)) as Dependent[];
  const waiting = (one: Dependent) => (one.DependsOn ?? []).some((id) => /Permission/.test(id));
  for (const integration of resources('AWS::ApiGatewayV2::Integration'))
    expect(waiting(integration)).toBe(true);
  const guarded = resources('AWS::ApiGatewayV2::Route').filter(
    ({ Properties: { RouteKey: key = '' } }) => !key.endsWith('/health'),
  );
  expect(guarded.length).toBeGreaterThan(10);
  for (const route of guarded) expect(waiting(route)).toBe(true);
});
