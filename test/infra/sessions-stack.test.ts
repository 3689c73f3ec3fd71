import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../infra/routes.ts';
import { synthesizeUnbundled } from '../support/stack.ts';

async function templateOf(context: Record<string, string> = {}): Promise<Template> {
  const { template } = await synthesizeUnbundled(context);
  return Template.fromJSON(template as Record<string, unknown>);
}

/** The logical id of the only resource of a type. */
function only(template: Template, type: string): string {
  const ids = Object.keys(template.findResources(type));
  expect(ids).toHaveLength(1);
  return ids[0] ?? '';
}

describe('the stack', () => {
  let template: Template;
  beforeAll(async () => {
    template = await templateOf();
  });

  it('keeps sessions in an encrypted on-demand table with TTL and point-in-time recovery', () => {
    template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      KeySchema: [{ AttributeName: 'sessionId', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'sessionId', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'purgeAt', Enabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      Replicas: [
        Match.objectLike({ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }),
      ],
    });
  });

  it('runs each route as a function of its own on Node.js 24, arm64 and 256 MB, traced and with JSON logs', () => {
    template.resourceCountIs('AWS::Lambda::Function', routes.length);
    for (const { file } of routes) {
      template.hasResourceProperties('AWS::Lambda::Function', {
        Handler: `${file}.handler`,
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        MemorySize: 256,
        Timeout: 10,
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', SystemLogLevel: 'WARN' },
      });
    }
  });

  it('tells the function its table, its endpoint and the defaults', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          TABLE_NAME: { Ref: only(template, 'AWS::DynamoDB::GlobalTable') },
          DYNAMODB_ENDPOINT: {
            'Fn::Join': ['', ['https://dynamodb.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }]],
          },
          SESSION_DEFAULT_TIMEOUT_MINUTES: '30',
          SESSION_MAX_DURATION_MINUTES: '720',
          SESSION_WARNING_THRESHOLD_MINUTES: '5',
        },
      },
    });
  });

  it('lets GetSession get items of this table, write its own log and send traces, and nothing else', () => {
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
    expect(policy?.['Properties'].PolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^GetSessionLogs/), 'Arn'] },
      },
      {
        Effect: 'Allow',
        Action: 'dynamodb:GetItem',
        Resource: { 'Fn::GetAtt': [only(template, 'AWS::DynamoDB::GlobalTable'), 'Arn'] },
      },
    ]);
    expect(Object.keys(template.findResources('AWS::IAM::Policy'))).toHaveLength(1);
    template.allResourcesProperties('AWS::IAM::Role', {
      ManagedPolicyArns: Match.absent(),
      Policies: Match.absent(),
    });
  });

  it('gives every log a retention', () => {
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });

  it('serves exactly the routes of the list, with payload format 2.0', () => {
    const keys = Object.values(template.findResources('AWS::ApiGatewayV2::Route')).map(
      ({ Properties: properties }) => properties.RouteKey,
    );
    expect(keys.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
    template.allResourcesProperties('AWS::ApiGatewayV2::Integration', {
      IntegrationType: 'AWS_PROXY',
      PayloadFormatVersion: '2.0',
    });
  });

  it('waits for a function longer than the function may run', () => {
    template.allResourcesProperties('AWS::ApiGatewayV2::Integration', { TimeoutInMillis: 11_000 });
  });

  it('throttles its routes and logs each request as JSON without its path, which holds the id', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 1000 },
    });
    const [stage] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
    const format: string = stage?.['Properties'].AccessLogSettings.Format;
    expect(JSON.parse(format)).toMatchObject({ requestId: '$context.requestId', status: '$context.status' });
    expect(format).not.toMatch(/\$context\.(path|.*[pP]ath)/);
  });

  it('outputs the URL of the API and the name of the table', () => {
    template.hasOutput('ApiUrl', { Value: Match.anyValue() });
    template.hasOutput('TableName', { Value: { Ref: only(template, 'AWS::DynamoDB::GlobalTable') } });
  });
});

describe('a stage', () => {
  it('of development is removed with its stack', async () => {
    (await templateOf({ stage: 'dev' })).hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Delete',
      Properties: { Replicas: [Match.objectLike({ DeletionProtectionEnabled: false })] },
    });
  });

  it('of production keeps its table, whatever happens to its stack', async () => {
    (await templateOf({ stage: 'prod' })).hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { Replicas: [Match.objectLike({ DeletionProtectionEnabled: true })] },
    });
  });

  it('takes its settings into the template', async () => {
    const template = await templateOf({ tableName: 'chat-sessions', timeoutMinutes: '45', rateLimit: '7' });
    template.hasResourceProperties('AWS::DynamoDB::GlobalTable', { TableName: 'chat-sessions' });
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: Match.objectLike({ ThrottlingRateLimit: 7 }),
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ SESSION_DEFAULT_TIMEOUT_MINUTES: '45' }) },
    });
  });
});
