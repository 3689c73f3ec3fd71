import { expect, it } from 'vitest';
import { synthesize } from '../../../../infra/local/stack/synthesize.ts';
import { TemporaryDirectory } from '../../../../infra/local/temporary-directory.ts';

const LOCAL = { jwtIssuer: 'https://issuer.local', jwtAudience: 'sessions-api' };

async function findIssuer(context: Record<string, string>): Promise<unknown> {
  using directory = new TemporaryDirectory();
  const unbundled = { 'aws:cdk:bundling-stacks': [] };
  const { template } = await synthesize({ ...context, ...unbundled }, directory.path, LOCAL);
  const { Resources: resources } = template as {
    Resources: Record<string, { Type: string; Properties: { JwtConfiguration?: unknown } }>;
  };
  const authorizer = Object.values(resources).find(({ Type }) => Type === 'AWS::ApiGatewayV2::Authorizer');
  return authorizer?.Properties.JwtConfiguration;
}

it('a stack that asks for tokens and names no issuer gets the local one', async () => {
  expect(await findIssuer({ auth: 'jwt' })).toEqual({
    Issuer: LOCAL.jwtIssuer,
    Audience: [LOCAL.jwtAudience],
  });
});

it('a stack that names its issuer keeps it, for the local one to stand in', async () => {
  const named = { auth: 'jwt', jwtIssuer: 'https://issuer.example', jwtAudience: 'web' };
  expect(await findIssuer(named)).toEqual({ Issuer: 'https://issuer.example', Audience: ['web'] });
});
