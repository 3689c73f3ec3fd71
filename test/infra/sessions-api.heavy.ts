import {
  App,
  CfnOutput,
  Duration,
  NestedStack,
  RemovalPolicy,
  Stack,
  type StackProps,
  Stage,
} from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Alarm, Dashboard, GraphWidget } from 'aws-cdk-lib/aws-cloudwatch';
import {
  AttributeType,
  type ITable,
  StreamViewType,
  Table,
  TableEncryption,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { Auth } from '../../infra/config/auth.ts';
import type { SessionsApiProps } from '../../infra/config/props.ts';
import { SessionsApi } from '../../infra/sessions-api.ts';

const newApp = () => new App({ context: { 'aws:cdk:bundling-stacks': [] } });
const newStack = (props: StackProps = {}) => new Stack(newApp(), 'Chat', props);
const add = (scope: Construct, id = 'Sessions', props: Partial<SessionsApiProps> = {}) =>
  new SessionsApi(scope, id, { auth: Auth.none(), ...props });

/** The values of a property of all resources of a type. */
const values = (template: Template, type: string, property: string): unknown[] =>
  Object.values(template.findResources(type)).map(({ Properties: properties }) => properties[property]);

/** The names by which one deployment could stand in the way of another. */
function namesIn(template: Template): string[] {
  const names = [
    ...values(template, 'AWS::CloudWatch::Alarm', 'AlarmName'),
    ...values(template, 'AWS::CloudWatch::Dashboard', 'DashboardName'),
    ...values(template, 'AWS::Logs::LogGroup', 'LogGroupName').filter(Boolean),
    ...values(template, 'AWS::Logs::MetricFilter', 'MetricTransformations'),
    ...values(template, 'AWS::ApiGatewayV2::Api', 'Name'),
  ];
  return names.map((name) => JSON.stringify(name));
}

describe('rules for events', () => {
  it('match the type of the event and the table of the deployment, on its bus', () => {
    const stack = newStack();
    const sessions = add(stack, 'Sessions', { auth: Auth.iam(), events: true });
    const target = new LambdaFunction(stack, 'Summarize', {
      ...{ runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('x') },
    });
    const rules = {
      onCreated: 'created',
      onExpired: 'expired',
      onDeleted: 'deleted',
      onPurged: 'purged',
    } as const;
    for (const [method, type] of Object.entries(rules) as [keyof typeof rules, string][]) {
      sessions[method](`On${type}`, {
        target: new LambdaTarget(target),
        eventPattern: { detail: { agentId: ['one'] } },
      });
    }
    const template = Template.fromStack(stack);
    const [bus] = Object.keys(template.findResources('AWS::Events::EventBus'));
    const [table] = Object.keys(template.findResources('AWS::DynamoDB::GlobalTable'));
    for (const type of Object.values(rules)) {
      template.hasResourceProperties('AWS::Events::Rule', {
        EventBusName: { Ref: bus },
        EventPattern: {
          source: ['sessions-api'],
          'detail-type': [`session.${type}`],
          detail: { table: [{ Ref: table }], agentId: ['one'] },
        },
      });
    }
  });

  it('need events, and a table with a stream', () => {
    expect(() => add(newStack()).onExpired('Late')).toThrow(/Chat\/Sessions: .*needs events: true/);
    const stack = newStack();
    const table = Table.fromTableName(stack, 'Table', 'sessions');
    expect(() => add(stack, 'Sessions', { events: true, table })).toThrow(
      /events: the table needs tableStreamArn/,
    );
    const eventBus = EventBus.fromEventBusName(stack, 'Bus', 'chat');
    expect(() => add(stack, 'Other', { eventBus })).toThrow(/eventBus: only with events/);
  });

  it('need both images in the stream, and a bus in the region of the stack', () => {
    const stack = newStack({ env: { region: 'eu-west-1', account: '123456789012' } });
    const partitionKey = { name: 'sessionId', type: AttributeType.STRING };
    for (const [id, stream] of [
      ['Keys', { stream: StreamViewType.KEYS_ONLY }],
      ['None', {}],
    ] as const) {
      const table = new Table(stack, `${id}Table`, { partitionKey, ...stream }) as ITable;
      expect(() => add(stack, id, { events: true, table })).toThrow(/events: the table needs/);
    }
    const global = new TableV2(stack, 'GlobalTable', { partitionKey }) as ITable;
    expect(() => add(stack, 'Global', { events: true, table: global })).toThrow(/NEW_AND_OLD_IMAGES/);
    const eventBus = EventBus.fromEventBusArn(
      stack,
      'Bus',
      'arn:aws:events:us-east-1:123456789012:event-bus/chat',
    );
    expect(() => add(stack, 'Far', { events: true, eventBus })).toThrow(/eventBus: it is in us-east-1/);
  });

  it('of a table with its own key let the reader of the stream use the key', () => {
    const stack = newStack();
    const encryptionKey = new Key(stack, 'Key');
    const table = new Table(stack, 'Table', {
      ...{
        encryptionKey,
        stream: StreamViewType.NEW_AND_OLD_IMAGES,
        encryption: TableEncryption.CUSTOMER_MANAGED,
      },
      partitionKey: { name: 'sessionId', type: AttributeType.STRING },
    }) as ITable;
    add(stack, 'Sessions', { events: true, table });
    const roles = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Role'));
    for (const name of ['PublishEvents', 'ExpireSessions']) {
      const role = roles.find(([id]) => id.includes(name));
      expect(JSON.stringify(role)).toContain('kms:Decrypt');
    }
  });
});

describe('two deployments', () => {
  const stack = newStack();
  const sessions = ['First', 'Second'].map((id) => add(stack, id, { auth: Auth.apiKeys(), events: true }));
  const template = Template.fromStack(stack);

  it('of one stack share no name', () => {
    const names = namesIn(template);
    expect(names.length).toBeGreaterThan(40);
    expect(new Set(names).size).toBe(names.length);
  });

  it('of one stack count in metrics of their own, and derive ids from salts of their own', () => {
    const variables = values(template, 'AWS::Lambda::Function', 'Environment') as {
      Variables: Record<string, unknown>;
    }[];
    const services = variables.map(({ Variables: { SERVICE_NAME } }) => SERVICE_NAME);
    expect(new Set(services)).toEqual(new Set(['Chat_First', 'Chat_Second']));
    const salts = variables.flatMap(({ Variables: { IDEMPOTENCY_SALT: salt } }) => (salt ? [salt] : []));
    expect(salts).toEqual(
      ['First', 'Second'].map((id) => ({ 'Fn::Join': ['', [{ Ref: 'AWS::StackId' }, `/${id}`]] })),
    );
  });

  it('of one stack have tables, functions and keys of their own', () => {
    template.resourceCountIs('AWS::DynamoDB::GlobalTable', 2);
    template.resourceCountIs('AWS::SecretsManager::Secret', 2);
    const functions = sessions.map(({ functions }) => Object.values(functions));
    expect(new Set(functions.flat()).size).toBe(2 * (functions[0]?.length ?? 0));
  });

  it('of two stages of a pipeline, and of two regions, share no name', () => {
    const app = newApp();
    const stacks = [
      ...['Test', 'Live'].map((id) => new Stack(new Stage(app, id), 'Chat')),
      ...['eu-west-1', 'us-east-1'].map((region) => new Stack(app, `Chat-${region}`, { env: { region } })),
    ];
    for (const one of stacks) add(one);
    const names = stacks.flatMap((one) => namesIn(Template.fromStack(one)));
    expect(new Set(names).size).toBe(names.length);
  });

  it('of one account in two regions have dashboards of their own, though their stacks share the name', () => {
    const dashboards = ['eu-west-1', 'us-east-1'].map((region) => {
      const one = newStack({ env: { region } });
      add(one);
      return values(Template.fromStack(one), 'AWS::CloudWatch::Dashboard', 'DashboardName');
    });
    expect(dashboards).toEqual([['Chat_Sessions-eu-west-1'], ['Chat_Sessions-us-east-1']]);
  });
});

describe('the construct', () => {
  it('with the id Default has the names and logical ids of a stack without it', () => {
    const stack = newStack();
    add(stack, 'Default', { production: false });
    const template = Template.fromStack(stack);
    const functions = Object.keys(template.findResources('AWS::Lambda::Function'));
    expect(functions.find((id) => /^GetSession[0-9A-F]{8}$/.test(id))).toBeDefined();
    expect(Object.keys(template.findResources('AWS::IAM::Role'))).toContainEqual(
      expect.stringMatching(/^GetSessionRole[0-9a-f]{8}$/),
    );
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { Name: 'Chat' });
  });

  it('works within another construct and a nested stack', () => {
    const stack = newStack();
    add(new Construct(stack, 'Inner'), 'Default');
    expect(namesIn(Template.fromStack(stack))).toContain('"Chat_Inner-ServerErrors"');
    const nested = new NestedStack(newStack(), 'Nested');
    add(nested);
    Template.fromStack(nested).resourceCountIs('AWS::DynamoDB::GlobalTable', 1);
  });

  it('has no outputs of its own, and lets other stacks use its url and its table', () => {
    const app = newApp();
    const stack = new Stack(app, 'Chat');
    const sessions = add(stack);
    const other = new Stack(app, 'Other');
    new CfnOutput(other, 'Url', { value: sessions.url });
    new CfnOutput(other, 'Table', { value: sessions.table.tableName });
    const outputs = Object.values(Template.fromStack(other).findOutputs('*')).map(({ Value }) => Value);
    expect(JSON.stringify(outputs)).toMatch(
      /Chat:ExportsOutputRefSessionsApi.*Chat:ExportsOutputRefSessionsTable/,
    );
    expect(JSON.stringify(Template.fromStack(stack).findOutputs('*'))).not.toContain('ApiUrl');
  });

  it('protects its data unless it is told not to', () => {
    const keeps = (props: Partial<SessionsApiProps>) => {
      const stack = newStack();
      add(stack, 'Sessions', props);
      const [table] = Object.values(Template.fromStack(stack).findResources('AWS::DynamoDB::GlobalTable'));
      const [replica] = table?.['Properties'].Replicas ?? [];
      return [table?.['DeletionPolicy'], replica?.DeletionProtectionEnabled];
    };
    expect(keeps({})).toEqual(['Retain', true]);
    expect(keeps({ production: false })).toEqual(['Delete', false]);
    expect(keeps({ removalPolicy: RemovalPolicy.DESTROY })).toEqual(['Delete', false]);
    expect(keeps({ production: false, removalPolicy: RemovalPolicy.RETAIN })).toEqual(['Retain', true]);
  });

  it("gives each function that uses a table of another's the actions of the table's key, and no wildcard", () => {
    const stack = newStack();
    const table = new Table(stack, 'Own', {
      partitionKey: { name: 'sessionId', type: AttributeType.STRING },
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: new Key(stack, 'Key'),
    });
    const sessions = add(stack, 'Sessions', { table: table as ITable });
    expect(sessions.table).toBe(table);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::DynamoDB::GlobalTable', 0);
    const keyActions = Object.entries(template.findResources('AWS::IAM::Role'))
      .filter(([id]) => id.includes('SessionRole'))
      .map(([id, { Properties: properties }]) => {
        const statements = properties.Policies[0].PolicyDocument.Statement as { Action: string[] }[];
        return [
          id.slice(8, -12),
          statements.flatMap(({ Action }) => Action).filter((one) => /^kms:/.test(one)),
        ];
      });
    expect(Object.fromEntries(keyActions)).toMatchObject({
      GetSession: ['kms:Decrypt', 'kms:DescribeKey'],
      DeleteSession: expect.arrayContaining(['kms:Encrypt', 'kms:ReEncryptTo']),
    });
  });

  it('tells its alarms to a topic of another stack, and serves a domain', () => {
    const app = newApp();
    const env = { account: '123456789012', region: 'eu-west-1' };
    const topic = new Topic(new Stack(app, 'Operations', { env }), 'Alarms');
    const stack = new Stack(app, 'Chat', { env });
    const arn = 'arn:aws:acm:eu-west-1:123456789012:certificate/a';
    const certificate = Certificate.fromCertificateArn(stack, 'Certificate', arn);
    const sessions = add(stack, 'Sessions', {
      alarmTopic: topic,
      domain: { name: 'sessions.example.com', certificate },
      executeApi: false,
    });
    expect(sessions.url).toBe('https://sessions.example.com/');
    expect(sessions.domain).toMatchObject({ url: sessions.url });
    const template = Template.fromStack(stack);
    template.allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [{ 'Fn::ImportValue': Match.anyValue() }],
    });
  });

  it('has the metrics of its dashboard for alarms of others', () => {
    const stack = newStack();
    const sessions = add(stack);
    const names = Object.getOwnPropertyNames(Object.getPrototypeOf(Object.getPrototypeOf(sessions)));
    const methods = names.filter((name) => name.startsWith('metric'));
    expect(methods.length).toBeGreaterThan(12);
    for (const name of methods) {
      const argument = name === 'metricLatency' ? 'p99' : undefined;
      const metric = (sessions as unknown as Record<string, (argument?: string) => object>)[name]?.(argument);
      expect(metric, name).toBeDefined();
    }
    new Alarm(stack, 'FewSessions', {
      metric: sessions.metricSessionsCreated({ period: Duration.hours(1) }),
      threshold: 1,
      evaluationPeriods: 1,
    });
    Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'SessionsCreated',
      Dimensions: [{ Name: 'service', Value: 'Chat_Sessions' }],
      Period: 3600,
    });
  });
});

describe('names', () => {
  const nameOf = (stack: string, ...ids: string[]) => {
    const last = ids.pop() ?? '';
    const scope = ids.reduce<Construct>(
      (parent, id) => new Construct(parent, id),
      new Stack(newApp(), stack),
    );
    return values(Template.fromStack(Stack.of(add(scope, last))), 'AWS::ApiGatewayV2::Api', 'Name')[0];
  };

  it('of different constructs differ', () => {
    const names = [
      ...[
        nameOf('X', 'a-b'),
        nameOf('X', 'a', 'b'),
        nameOf('X', 'v1.0'),
        nameOf('X', 'v1-0'),
        nameOf('X', 'a_b'),
      ],
      ...[nameOf('X', 'Y-Z'), nameOf('X-Y', 'Z'), nameOf('X-Y-Z', 'Default')],
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  it('that are too long are rejected in one line', () => {
    expect(() => nameOf('X'.repeat(120), 'Sessions')).toThrow(
      /has 129 characters, 128 at most: X+_Sessions$/,
    );
  });
});

describe("a table of another's", () => {
  it('is rejected in another region or account', () => {
    const stack = newStack({ env: { region: 'eu-west-1', account: '111111111111' } });
    const at = (id: string, place: string) =>
      Table.fromTableArn(stack, id, `arn:aws:dynamodb:${place}:table/t`);
    const use = (id: string, place: string) => () => add(stack, `${id}Api`, { table: at(id, place) });
    expect(use('A', 'us-east-1:111111111111')).toThrow(
      'table: it is in the region us-east-1, and the stack in eu-west-1',
    );
    expect(use('B', 'eu-west-1:222222222222')).toThrow('table: it is in the account 222222222222');
    expect(use('C', 'eu-west-1:111111111111')).not.toThrow();
  });

  it('is rejected with properties of a table of its own', () => {
    const stack = newStack();
    const table = Table.fromTableName(stack, 'T', 'name');
    for (const more of [
      { replicas: ['eu-west-1'] },
      { replicaTags: { a: 'b' } },
      { removalPolicy: RemovalPolicy.DESTROY },
    ])
      expect(() => add(stack, `${Object.keys(more)}`, { table, ...more })).toThrow(/table: expected no re/);
  });

  it('has its key granted, not an alias of it', () => {
    const stack = newStack();
    const encryptionKey = new Key(stack, 'Key').addAlias('alias/sessions');
    const table = Table.fromTableAttributes(stack, 'T', { tableName: 'name', encryptionKey });
    add(stack, 'Sessions', { table });
    const policies = JSON.stringify(values(Template.fromStack(stack), 'AWS::IAM::Role', 'Policies'));
    expect(policies).toContain('"kms:Decrypt"');
    expect(policies).not.toContain('alias/sessions');
  });
});

describe('grantInvoke', () => {
  it('lets a role call every route of an API that checks signatures', () => {
    const stack = newStack();
    const role = new Role(stack, 'Agent', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    add(stack, 'Sessions', { auth: Auth.iam() }).grantInvoke(role);
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [Match.objectLike({ Action: 'execute-api:Invoke', Effect: 'Allow' })] },
    });
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).toMatch(
      /execute-api.*SessionsApi.*\/\*\/\*\/\*/,
    );
  });

  it('is rejected where signatures mean nothing', () => {
    const stack = newStack();
    const role = new Role(stack, 'Agent', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    expect(() => add(stack).grantInvoke(role)).toThrow('Chat/Sessions: grantInvoke is for Auth.iam()');
  });
});

describe('metrics', () => {
  it('of two deployments fit on one graph, and know their region', () => {
    const app = newApp();
    const env = { account: '111111111111', region: 'eu-west-1' };
    const stack = new Stack(app, 'Chat', { env });
    const both = ['First', 'Second'].map((id) => add(stack, id));
    const other = new Stack(app, 'Operations', { env: { ...env, region: 'us-east-1' } });
    const left = both.flatMap((one) => [one.metricTableThrottles(), one.metricSessionFunctionErrors()]);
    new Dashboard(stack, 'Dashboard', { widgets: [[new GraphWidget({ left })]] });
    const failures = both.map((one) => one.metricFailures());
    new Dashboard(other, 'Dashboard', { widgets: [[new GraphWidget({ left: failures })]] });
    Template.fromStack(stack).resourceCountIs('AWS::CloudWatch::Dashboard', 3);
    expect(JSON.stringify(Template.fromStack(other).toJSON())).toMatch(/Failures.{0,200}eu-west-1/);
  });
});

describe('timeouts that a page cannot extend as WCAG 2.2.1 asks', () => {
  it.each([
    [{ timeoutMinutes: 30, maxDurationMinutes: 299 }, true],
    [{ timeoutMinutes: 30, maxDurationMinutes: 300 }, false],
    [{ timeoutMinutes: 200, maxDurationMinutes: 1199 }, true],
    [{ timeoutMinutes: 200, maxDurationMinutes: 1200 }, false],
    [{}, false],
  ])('are told in one line: %j', (timeouts, isTold) => {
    const sessions = add(newStack(), 'Sessions', { timeouts });
    const lines = sessions.node.metadata
      .filter(({ type }) => type === 'aws:cdk:info')
      .map(({ data }) => String(data));
    expect(lines).toEqual(isTold ? [expect.stringMatching(/^WCAG 2\.2\.1 [^\n]*$/)] : []);
  });
});
