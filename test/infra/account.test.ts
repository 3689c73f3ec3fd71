import { readFileSync } from 'node:fs';
import { Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { sessionsApp } from '../../infra/sessions-app.ts';
import { synthesizeTemplate } from '../support/stack.ts';

const properties = (template: Template, type: string) =>
  Object.values(template.findResources(type)).map(({ Properties }) => Properties);

describe("in a team's account, the stack", () => {
  it('tags its resources, and the replicas of its table, which the tags of a stack do not reach', async () => {
    const settings = { tags: 'team=chat,cost-center=42', replicas: 'eu-west-1' };
    const [stack] = sessionsApp({
      context: { ...settings, 'aws:cdk:bundling-stacks': [] },
    }).node.children.filter((child) => child instanceof Stack);
    expect(stack?.tags.tagValues()).toEqual({ team: 'chat', 'cost-center': '42' });
    const [table] = properties(await synthesizeTemplate(settings), 'AWS::DynamoDB::GlobalTable');
    const tags = [
      { Key: 'team', Value: 'chat' },
      { Key: 'cost-center', Value: '42' },
    ];
    expect(table?.Replicas).toEqual([
      expect.objectContaining({ Region: 'eu-west-1', Tags: tags }),
      expect.objectContaining({ Region: process.env['AWS_REGION'], Tags: tags }),
    ]);
  });

  it('sends its alarms to a topic of the team, and makes none', async () => {
    const topic = 'arn:aws:sns:us-east-1:123456789012:on-call';
    const template = await synthesizeTemplate({ stage: 'prod', auth: 'none', alarmTopicArn: topic });
    template.resourceCountIs('AWS::SNS::Topic', 0);
    template.resourceCountIs('AWS::SNS::TopicPolicy', 0);
    template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [topic] });
  });

  it('reserves concurrency for each function, if it is told to', async () => {
    for (const auth of ['none', 'api-key']) {
      const template = await synthesizeTemplate({ auth, maxConcurrency: '50' });
      template.allResourcesProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: 50 });
    }
    for (const one of properties(await synthesizeTemplate(), 'AWS::Lambda::Function'))
      expect(one).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  it('accepts limits beyond those of a new account', async () => {
    const template = await synthesizeTemplate({ rateLimit: '50000', burstLimit: '20000' });
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: Match.objectLike({ ThrottlingRateLimit: 50_000, ThrottlingBurstLimit: 20_000 }),
    });
  });

  it("keeps its access log where it takes no room in the account's policy, under a name of its own", async () => {
    const template = await synthesizeTemplate();
    const named = properties(template, 'AWS::Logs::LogGroup').filter(({ LogGroupName }) => LogGroupName);
    expect(named.map(({ LogGroupName }) => LogGroupName)).toEqual([
      {
        'Fn::Join': [
          '',
          [
            '/aws/vendedlogs/Sessions-dev/',
            { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] },
            expect.stringMatching(/^\/AccessLogs[0-9A-F]{8}$/),
          ],
        ],
      },
    ]);
  });

  it("has its table's stream on from the start, with replicas and without", async () => {
    for (const replicas of ['', 'eu-west-1'])
      (await synthesizeTemplate({ replicas })).hasResourceProperties('AWS::DynamoDB::GlobalTable', {
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      });
  });

  it('gives every role the permissions boundary of the account', async () => {
    const template = await synthesizeTemplate({
      ...{ stage: 'prod', auth: 'api-key' },
      '@aws-cdk/core:permissionsBoundary': { name: 'developer-boundary' } as unknown as string,
    });
    const roles = properties(template, 'AWS::IAM::Role');
    expect(roles.length).toBeGreaterThan(10);
    for (const { PermissionsBoundary } of roles)
      expect(JSON.stringify(PermissionsBoundary)).toContain(':policy/developer-boundary');
  });

  it('is deployed by a policy that allows the services of its resources, and not all of AWS', async () => {
    const policy = JSON.parse(
      readFileSync(new URL('../../docs/deployment-policy.json', import.meta.url), 'utf8'),
    ) as { Statement: { Action: string[] }[] };
    const allowed = policy.Statement.flatMap(({ Action }) => Action);
    const largest = { auth: 'api-key', alarmEmail: 'a@b.example', tracing: 'on', replicas: 'eu-west-1' };
    const domain = {
      domainName: 'a.example',
      certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1',
    };
    const template = await synthesizeTemplate({ stage: 'prod', ...largest, ...domain });
    const types = Object.values(template.toJSON()['Resources'] as Record<string, { Type: string }>);
    const prefixes: Record<string, string> = { ApiGatewayV2: 'apigateway' };
    for (const service of new Set(types.map(({ Type }) => Type.split('::')[1] ?? ''))) {
      const prefix = `${prefixes[service] ?? service.toLowerCase()}:`;
      if (service !== 'CDK') expect(allowed.some((action) => action.startsWith(prefix))).toBe(true);
    }
    expect(allowed).not.toContain('*');
    expect(allowed).not.toContain('iam:*');
  });
});
