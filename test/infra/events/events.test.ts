import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { only, synthesizeTemplate } from '../../support/stack.ts';
import { type Context, others } from '../transitions/combinations.ts';

const KINDS = [
  'AWS::Events::EventBus',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::SQS::Queue',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::EventInvokeConfig',
];

/** The logical id of the only resource of a type whose id begins so. */
function named(template: Template, type: string, start: string): string {
  const found = Object.keys(template.findResources(type)).filter((id) => id.startsWith(start));
  expect(found).toHaveLength(1);
  return found[0] ?? '';
}

type Statement = { Action: string | string[]; Resource: unknown; Condition?: object };

const statementsOf = (template: Template, id: string): Statement[] =>
  template.findResources('AWS::IAM::Role')[named(template, 'AWS::IAM::Role', `${id}Role`)]?.['Properties']
    .Policies[0].PolicyDocument.Statement;

const arn = (id: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [id, attribute] });

describe('events', () => {
  let off: Template;
  let template: Template;
  beforeAll(async () => {
    off = await synthesizeTemplate();
    template = await synthesizeTemplate({ events: 'on' });
  });

  it('are nowhere in the template unless they are switched on', () => {
    for (const kind of KINDS) off.resourceCountIs(kind, 0);
    expect(JSON.stringify(off.toJSON())).not.toMatch(/scheduler|events:|sqs|PublishEvents|ExpireSessions/);
  });

  it('change nothing of what serves requests', () => {
    const before = off.toJSON()['Resources'];
    const after = template.toJSON()['Resources'];
    const changed = Object.keys(before).filter(
      (id) => JSON.stringify(before[id]) !== JSON.stringify(after[id]),
    );
    // The alarm and the graph of "other functions" look at two more.
    const kinds = changed.map((id) => before[id].Type);
    expect(new Set(kinds)).toEqual(new Set(['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::Dashboard']));
    expect(changed.filter((id) => before[id].Type === 'AWS::CloudWatch::Alarm')).toEqual([
      expect.stringMatching(/^OtherFunctionErrorsAlarm/),
    ]);
  });

  it('come from the stream of the table, each record until it is accepted or 23 hours old', () => {
    const table = only(template, 'AWS::DynamoDB::GlobalTable');
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: arn(table, 'StreamArn'),
      StartingPosition: 'TRIM_HORIZON',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRecordAgeInSeconds: 82_800,
      DestinationConfig: {
        OnFailure: { Destination: arn(named(template, 'AWS::SQS::Queue', 'PublishFailures')) },
      },
      MaximumRetryAttempts: Match.absent(),
    });
    template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: named(template, 'AWS::Lambda::Function', 'ExpireSessions') },
      MaximumRetryAttempts: 2,
      DestinationConfig: {
        OnFailure: { Destination: arn(named(template, 'AWS::SQS::Queue', 'ExpireFailures')) },
      },
    });
  });

  it('are published by two functions that may do no more than they need', () => {
    const table = only(template, 'AWS::DynamoDB::GlobalTable');
    const bus = arn(only(template, 'AWS::Events::EventBus'));
    const group = only(template, 'AWS::Scheduler::ScheduleGroup');
    const role = named(template, 'AWS::IAM::Role', 'TimersRole');
    const logs = (id: string) => ({
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: arn(named(template, 'AWS::Logs::LogGroup', `${id}Logs`)),
    });
    const arming = [
      { Action: 'events:PutEvents', Resource: bus },
      {
        Action: 'scheduler:CreateSchedule',
        Resource: {
          'Fn::Join': [
            '',
            [
              ...['arn:', { Ref: 'AWS::Partition' }, ':scheduler:', { Ref: 'AWS::Region' }, ':'],
              ...[{ Ref: 'AWS::AccountId' }, ':schedule/', { Ref: group }, '/*'],
            ],
          ],
        },
      },
      {
        Action: 'iam:PassRole',
        Resource: arn(role),
        Condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      },
    ];
    const allowed = (statements: object[]) => statements.map((one) => ({ Effect: 'Allow', ...one }));
    expect(statementsOf(template, 'ExpireSessions')).toEqual(
      allowed([
        logs('ExpireSessions'),
        { Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], Resource: arn(table) },
        ...arming,
        { Action: 'sqs:SendMessage', Resource: arn(named(template, 'AWS::SQS::Queue', 'ExpireFailures')) },
      ]),
    );
    expect(statementsOf(template, 'PublishEvents')).toEqual(
      allowed([
        logs('PublishEvents'),
        ...arming,
        {
          Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
          Resource: arn(table, 'StreamArn'),
        },
        { Action: 'dynamodb:ListStreams', Resource: '*' },
        { Action: 'sqs:SendMessage', Resource: arn(named(template, 'AWS::SQS::Queue', 'PublishFailures')) },
      ]),
    );
  });

  it('let timers of their own group invoke the one function, and nothing else', () => {
    const group = only(template, 'AWS::Scheduler::ScheduleGroup');
    const role = named(template, 'AWS::IAM::Role', 'TimersRole');
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Action: 'sts:AssumeRole',
            Effect: 'Allow',
            Principal: { Service: 'scheduler.amazonaws.com' },
            Condition: {
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
              ArnEquals: { 'aws:SourceArn': arn(group) },
            },
          },
        ],
      },
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: role }],
      PolicyDocument: {
        Statement: [
          {
            Action: 'lambda:InvokeFunction',
            Effect: 'Allow',
            Resource: { Ref: named(template, 'AWS::Lambda::Alias', 'ExpireSessionsLive') },
          },
        ],
      },
    });
  });

  it('keep alias, role and group of the timers that are armed, whatever else is changed', async () => {
    const identity = (of: Template) => [
      named(of, 'AWS::Lambda::Alias', 'ExpireSessionsLive'),
      named(of, 'AWS::IAM::Role', 'TimersRole'),
      only(of, 'AWS::Scheduler::ScheduleGroup'),
      only(of, 'AWS::Events::EventBus'),
      JSON.stringify(of.findResources('AWS::Scheduler::ScheduleGroup')),
    ];
    const { tracing = '', memoryMb = '', replicas = '', timeoutMinutes = '' } = others;
    const contexts: Context[] = [{ auth: 'api-key' }, { tracing, memoryMb, timeoutMinutes }, { replicas }];
    for (const stage of ['dev', 'prod']) {
      const base = identity(await synthesizeTemplate({ events: 'on', stage, auth: 'none' }));
      for (const context of contexts) {
        const changed = await synthesizeTemplate({ auth: 'none', ...context, events: 'on', stage });
        expect(identity(changed)).toEqual(base);
      }
    }
  });

  it('go to another bus that is named, by name or by ARN', async () => {
    const bus = 'arn:aws:events:us-east-1:123456789012:event-bus/chat';
    for (const eventBus of ['chat', bus]) {
      const of = await synthesizeTemplate({ events: 'on', eventBus });
      of.resourceCountIs('AWS::Events::EventBus', 0);
      expect(JSON.stringify(statementsOf(of, 'PublishEvents'))).toContain('event-bus/chat');
    }
  });

  it('of an existing table come from the stream that is named, and need it', async () => {
    const existing = { events: 'on', existingTable: 'restored' };
    const tableStreamArn =
      'arn:aws:dynamodb:us-east-1:123456789012:table/restored/stream/2026-03-02T00:00:00.000';
    const of = await synthesizeTemplate({ ...existing, tableStreamArn });
    of.hasResourceProperties('AWS::Lambda::EventSourceMapping', { EventSourceArn: tableStreamArn });
    await expect(synthesizeTemplate(existing)).rejects.toThrow(/needs -c tableStreamArn/);
    await expect(
      synthesizeTemplate({ ...existing, tableStreamArn: tableStreamArn.replace('restored', 'another') }),
    ).rejects.toThrow(/the stream of that table/);
    await expect(synthesizeTemplate({ eventBus: 'chat' })).rejects.toThrow(/only with -c events=on/);
    await expect(synthesizeTemplate({ events: 'on', tableStreamArn })).rejects.toThrow(
      /only with -c existingTable/,
    );
  });
});
