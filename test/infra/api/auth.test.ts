import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { routes } from '../../../infra/routes.ts';
import { findStatements, only, synthesizeTemplate } from '../../support/stack.ts';

describe('the authorizer by key', () => {
  it('may read the one secret and write its own log, and nothing else', async () => {
    const template = await synthesizeTemplate({ auth: 'api-key' });
    const secret = { Ref: only(template, 'AWS::SecretsManager::Secret') };
    expect(findStatements(template, 'AuthorizeApiKey')).toEqual([
      expect.objectContaining({ Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] }),
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secret },
    ]);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'authorize-api-key.handler',
      Environment: {
        Variables: {
          API_KEYS_SECRET: secret,
          SECRETS_MANAGER_ENDPOINT: Match.anyValue(),
          TABLE_NAME: Match.absent(),
        },
      },
    });
  });

  it('is asked once a minute about a key, which a request must have', async () => {
    (await synthesizeTemplate({ auth: 'api-key' })).hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'REQUEST',
      IdentitySource: ['$request.header.x-api-key'],
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      AuthorizerResultTtlInSeconds: 60,
    });
  });

  it('starts with a key that is made by Secrets Manager and is in no template', async () => {
    (await synthesizeTemplate({ auth: 'api-key' })).hasResourceProperties('AWS::SecretsManager::Secret', {
      SecretString: Match.absent(),
      GenerateSecretString: { GenerateStringKey: 'first', SecretStringTemplate: '{}', PasswordLength: 40 },
    });
  });
});

describe('access by token', () => {
  const jwt = { auth: 'jwt', jwtIssuer: 'https://issuer.example/tenant', jwtAudience: 'web,app' };

  it("is checked by API Gateway's own authorizer for the issuer and the audiences", async () => {
    (await synthesizeTemplate(jwt)).hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: 'https://issuer.example/tenant', Audience: ['web', 'app'] },
    });
  });

  it("lets routes query the table for what is an owner's, and not read what may be anybody's", async () => {
    const template = await synthesizeTemplate({ ...jwt, ownerClaim: 'sub' });
    const actions = (id: string) =>
      findStatements(template, id)
        .flatMap((statement) => (statement as { Action: string | string[] }).Action)
        .filter((action) => action.startsWith('dynamodb:'));
    expect(actions('GetSession')).toEqual(['dynamodb:Query']);
    expect(actions('RenewSession').sort()).toEqual(['dynamodb:Query', 'dynamodb:UpdateItem']);
    expect(actions('ListSessions').sort()).toEqual(['dynamodb:BatchGetItem', 'dynamodb:Query']);
  });

  it.each([{ auth: 'api-key' }, jwt, { ...jwt, ownerClaim: 'sub' }])(
    'leaves the health of the service open, which counts no sessions then: %j',
    async (context) => {
      const template = await synthesizeTemplate(context as Record<string, string>);
      for (const method of ['GET', 'HEAD']) {
        template.hasResourceProperties('AWS::ApiGatewayV2::Route', {
          RouteKey: `${method} /api/messaging/sessions/health`,
          AuthorizationType: 'NONE',
        });
      }
      template.hasResourceProperties('AWS::Lambda::Function', {
        Handler: 'get-health.handler',
        Environment: { Variables: Match.objectLike({ COUNT_SESSIONS: 'off' }) },
      });
      expect(JSON.stringify(findStatements(template, 'GetHealth'))).not.toContain('DescribeTable');
    },
  );

  it('tells the routes the claim of owners only when there are owners', async () => {
    const claims = async (context: Record<string, string>) =>
      Object.values((await synthesizeTemplate(context)).findResources('AWS::Lambda::Function')).map(
        ({ Properties: properties }) => properties.Environment.Variables.OWNER_CLAIM,
      );
    expect(new Set(await claims(jwt))).toEqual(new Set([undefined]));
    expect((await claims({ ...jwt, ownerClaim: 'sub' })).filter((claim) => claim === 'sub')).toHaveLength(
      routes.filter(({ tableActions }) => tableActions.length > 0).length,
    );
  });
});

describe('services beside owners', () => {
  it('need what both kinds of callers need, and no more', async () => {
    const jwt = { auth: 'jwt', jwtIssuer: 'https://issuer.example', jwtAudience: 'a' };
    const owners = await synthesizeTemplate({ ...jwt, ownerClaim: 'sub' });
    const services = await synthesizeTemplate(jwt);
    const both = await synthesizeTemplate({ ...jwt, ownerClaim: 'sub', serviceScope: 'sessions.manage' });
    const actionsOf = (template: Template, id: string) =>
      findStatements(template, id)
        .flatMap((statement) => (statement as { Action: string | string[] }).Action)
        .filter((action) => action.startsWith('dynamodb:'));
    for (const { id } of routes) {
      const either = [...actionsOf(owners, id), ...actionsOf(services, id)];
      expect([id, actionsOf(both, id).sort()]).toEqual([id, [...new Set(either)].sort()]);
    }
  });
});

describe('access by signature', () => {
  it('is checked by API Gateway itself, on every route but health', async () => {
    const template = await synthesizeTemplate({ auth: 'iam' });
    const found = Object.values(template.findResources('AWS::ApiGatewayV2::Route')).map(
      ({ Properties: properties }) => [properties.RouteKey, properties.AuthorizationType],
    );
    for (const [key, type] of found)
      expect([key, type]).toEqual([key, /health$/.test(key) ? 'NONE' : 'AWS_IAM']);
    template.resourceCountIs('AWS::ApiGatewayV2::Authorizer', 0);
  });
});
