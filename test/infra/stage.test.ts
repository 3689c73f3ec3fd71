import { Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it, vi } from 'vitest';
import { sessionsApp } from '../../infra/sessions-app.ts';
import { synthesizeTemplate, synthesizeUnbundled } from '../support/stack.ts';

describe('a stage', () => {
  it('of development is removed with its stack', async () => {
    (await synthesizeTemplate({ stage: 'dev' })).hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Delete',
      Properties: { Replicas: [Match.objectLike({ DeletionProtectionEnabled: false })] },
    });
  });

  it('of production keeps its table, whatever happens to its stack', async () => {
    (await synthesizeTemplate({ stage: 'prod', auth: 'none' })).hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { Replicas: [Match.objectLike({ DeletionProtectionEnabled: true })] },
    });
  });

  it('of production is protected from deletion, and a first deployment that fails leaves neither secret nor logs', async () => {
    const template = await synthesizeTemplate({ stage: 'staging', auth: 'api-key' });
    const policies = (type: string) =>
      new Set(Object.values(template.findResources(type)).map(({ DeletionPolicy }) => DeletionPolicy));
    for (const type of ['AWS::SecretsManager::Secret', 'AWS::Logs::LogGroup', 'AWS::Lambda::Version'])
      expect(policies(type)).toEqual(new Set(['RetainExceptOnCreate']));
  });

  it('of development publishes no versions: what cdk watch changes is what serves', async () => {
    const template = await synthesizeTemplate();
    template.resourceCountIs('AWS::Lambda::Version', 0);
    template.allResourcesProperties('AWS::Lambda::Alias', { FunctionVersion: '$LATEST' });
  });

  it('has the settings that it was made with in its metadata, as they are written in its block', async () => {
    const settings = { auth: 'api-key', rateLimit: '7' };
    const { template } = await synthesizeUnbundled({ stage: 'staging', ...settings, deploy: 'at-once' });
    expect(template).toMatchObject({
      Metadata: { Settings: { ...settings, stage: 'staging', deploy: 'at-once' } },
    });
  });

  it.each([
    [{ AWS_REGION: 'eu-west-1' }, true],
    [{ CDK_DEFAULT_REGION: 'eu-west-1', AWS_REGION: 'us-east-1' }, true],
    [{}, true],
    [{ AWS_REGION: 'us-east-1' }, false],
    [{ CDK_DEFAULT_REGION: 'us-east-1', AWS_REGION: 'eu-west-1' }, false],
  ])('is deployed to its region and to no other: with %j, %j', (environment, isDeployed) => {
    for (const [name, value] of Object.entries({ AWS_REGION: '', CDK_DEFAULT_REGION: '', ...environment }))
      vi.stubEnv(name, value);
    const stages = { prod: { auth: 'none', region: 'eu-west-1' } };
    const app = () => sessionsApp({ context: { stage: 'prod', stages, 'aws:cdk:bundling-stacks': [] } });
    try {
      if (!isDeployed) {
        expect(app).toThrow(
          'cdk.json, "prod": its region is eu-west-1, not us-east-1. Put AWS_REGION=eu-west-1 before the command',
        );
        return;
      }
      const [stack] = app().node.children.filter((child) => child instanceof Stack);
      expect(stack).toMatchObject({ region: 'eu-west-1', terminationProtection: true });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('takes its settings into the template', async () => {
    const template = await synthesizeTemplate({ timeoutMinutes: '45', rateLimit: '7', burstLimit: '9' });
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: Match.objectLike({ ThrottlingRateLimit: 7, ThrottlingBurstLimit: 9 }),
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ SESSION_DEFAULT_TIMEOUT_MINUTES: '45' }) },
    });
  });
});
