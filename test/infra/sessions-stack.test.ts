import { App, Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { API_KEYS_SECRET } from '../../functions/aws/environment.ts';
import { Auth } from '../../infra/config/auth.ts';
import { resolveProps } from '../../infra/config/options.ts';
import { identify } from '../../infra/identity.ts';
import { functionEnvironment } from '../../infra/lambda/function-environment.ts';
import { methodsOf, routes } from '../../infra/routes.ts';
import { findRoute } from '../support/event.ts';
import { findStatements, only, synthesizeTemplate } from '../support/stack.ts';

describe('the stack', () => {
  let template: Template;
  beforeAll(async () => {
    template = await synthesizeTemplate({ list: 'on' });
  });

  it('keeps sessions in an encrypted on-demand table with TTL and point-in-time recovery', () => {
    template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      KeySchema: [{ AttributeName: 'sessionId', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'purgeAt', Enabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      Replicas: [
        Match.objectLike({ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }),
      ],
    });
  });

  it('runs each route as a function of its own on Node.js 24, arm64 and its own memory, with JSON logs', () => {
    template.resourceCountIs('AWS::Lambda::Function', routes.length);
    for (const { file, tableActions } of routes) {
      template.hasResourceProperties('AWS::Lambda::Function', {
        Handler: `${file}.handler`,
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        MemorySize: tableActions.length > 0 ? 1024 : 256,
        Timeout: 10,
        TracingConfig: Match.absent(),
        LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', SystemLogLevel: 'WARN' },
      });
    }
  });

  it('gives every function the memory that it is told to', async () => {
    (await synthesizeTemplate({ auth: 'api-key', memoryMb: '512' })).allResourcesProperties(
      'AWS::Lambda::Function',
      { MemorySize: 512 },
    );
  });

  it('tells the function its table, its endpoint and the defaults', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          TABLE_NAME: { Ref: only(template, 'AWS::DynamoDB::GlobalTable') },
          SERVICE_NAME: 'Sessions-dev',
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

  it('is not synthesized without a value for a variable that a route needs', () => {
    const stack = new Stack(new App(), 'Test');
    const options = resolveProps({ auth: Auth.none() }, 'Test');
    const environment = (one: Parameters<typeof functionEnvironment>[1], tableName: string) =>
      functionEnvironment(stack, one, { tableName }, options, identify(stack));
    const route = findRoute('GetSession');
    expect(() => environment(route, '')).toThrow('GetSession needs TABLE_NAME, which the stack does not set');
    const other = { ...route, variables: [API_KEYS_SECRET] };
    expect(() => environment(other, 't')).toThrow(
      'GetSession needs API_KEYS_SECRET, which the stack does not set',
    );
  });

  it('tells a route what only that route needs', () => {
    const variables = { SESSION_MIN_TIMEOUT_MINUTES: '5', SESSION_MAX_TIMEOUT_MINUTES: '1440' };
    const withVariables = (handler: string, more: object) =>
      template.hasResourceProperties('AWS::Lambda::Function', {
        Handler: handler,
        Environment: { Variables: Match.objectLike(more) },
      });
    withVariables('create-session.handler', { ...variables, IDEMPOTENCY_SALT: { Ref: 'AWS::StackId' } });
    withVariables('change-timeout.handler', { ...variables, IDEMPOTENCY_SALT: Match.absent() });
  });

  it.each(
    routes.map(({ id, tableActions }): [string, string[]] => [
      id,
      tableActions
        .filter(({ only, on }) => only !== 'with owners' && on !== 'indexes')
        .map(({ action }) => action)
        .sort(),
    ]),
  )('lets %s do %j on this table and write its own log, and nothing else', (id, actions) => {
    const table = only(template, 'AWS::DynamoDB::GlobalTable');
    const arn = { 'Fn::GetAtt': [table, 'Arn'] };
    const index = (name: string) => ({ 'Fn::Join': ['', [arn, `/index/${name}`]] });
    expect(findStatements(template, id)).toEqual(
      [
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: { 'Fn::GetAtt': [expect.stringMatching(`^${id}Logs`), 'Arn'] },
        },
        actions.length > 0 && {
          Effect: 'Allow',
          Action: actions.length === 1 ? actions[0] : actions,
          Resource: arn,
        },
        ['ListSessions', 'DeleteSessions'].includes(id) && {
          Effect: 'Allow',
          Action: 'dynamodb:Query',
          Resource: [index('byAgent'), index('byUser')],
        },
      ]
        .filter((statement) => statement !== false)
        .map((statement) => expect.objectContaining(statement)),
    );
  });

  it('gives each function a role of its own, without managed policies', () => {
    template.resourceCountIs('AWS::IAM::Policy', 0);
    expect(Object.keys(template.findResources('AWS::IAM::Role'))).toHaveLength(routes.length);
    template.allResourcesProperties('AWS::IAM::Role', {
      ManagedPolicyArns: Match.absent(),
      Policies: [Match.objectLike({ PolicyName: 'Function' })],
    });
  });

  it('traces its functions, and lets them send traces, only when it is asked to', async () => {
    const traced = await synthesizeTemplate({ tracing: 'on' });
    traced.allResourcesProperties('AWS::Lambda::Function', { TracingConfig: { Mode: 'Active' } });
    expect(findStatements(traced, 'GetSession')).toContainEqual({
      Effect: 'Allow',
      Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
      Resource: '*',
    });
  });

  it('keeps only keys in its indexes, sorted by what never changes', () => {
    template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      GlobalSecondaryIndexes: ['userId', 'agentId'].map((attribute) =>
        Match.objectLike({
          KeySchema: [
            { AttributeName: attribute, KeyType: 'HASH' },
            { AttributeName: 'createdAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        }),
      ),
    });
  });

  it('gives every log a retention', () => {
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });

  it('serves exactly the routes of the list, with payload format 2.0', () => {
    const keys = Object.values(template.findResources('AWS::ApiGatewayV2::Route')).map(
      ({ Properties: properties }) => properties.RouteKey,
    );
    const expected = routes.flatMap((route) => methodsOf(route).map((method) => `${method} ${route.path}`));
    expect(keys.sort()).toEqual(expected.sort());
    expect(keys).toContain('HEAD /api/messaging/sessions/{sessionId}');
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

describe('the route that lists sessions', () => {
  it('is deployed only when it is asked for', async () => {
    const keys = (template: Template) =>
      Object.values(template.findResources('AWS::ApiGatewayV2::Route')).map(
        ({ Properties: { RouteKey: key } }) => key,
      );
    expect(keys(await synthesizeTemplate())).not.toContain('GET /api/messaging/sessions');
    expect(keys(await synthesizeTemplate({ list: 'on' }))).toContain('GET /api/messaging/sessions');
  });
});
