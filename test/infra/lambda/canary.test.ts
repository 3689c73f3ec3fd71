import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { routes } from '../../../infra/routes.ts';
import { synthesizeTemplate } from '../../support/stack.ts';

describe('a canary deployment', () => {
  it('sends a tenth of the requests to a new version, and rolls it back when its own alarm is raised', async () => {
    const template = await synthesizeTemplate({ stage: 'prod', auth: 'none', list: 'on' });
    template.resourceCountIs('AWS::Lambda::Alias', routes.length);
    template.resourceCountIs('AWS::CodeDeploy::DeploymentGroup', routes.length);
    template.allResourcesProperties('AWS::CodeDeploy::DeploymentGroup', {
      DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent15Minutes',
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: Match.arrayWith(['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM']),
      },
      AlarmConfiguration: {
        Enabled: true,
        Alarms: [{ Name: { Ref: Match.stringLikeRegexp('RollbackAlarm') } }],
      },
    });
    // Requests go to the aliases, whose traffic is shifted.
    const integrations = Object.values(template.findResources('AWS::ApiGatewayV2::Integration'));
    for (const {
      Properties: { IntegrationUri: uri },
    } of integrations)
      expect(JSON.stringify(uri)).toMatch(/Live/);
  });

  it('is not what a development stage has', async () => {
    const template = await synthesizeTemplate();
    template.resourceCountIs('AWS::CodeDeploy::DeploymentGroup', 0);
    // The aliases stay: with them API Gateway's permissions would go.
    template.resourceCountIs('AWS::Lambda::Alias', routes.filter(({ onlyWith }) => !onlyWith).length);
  });
});
