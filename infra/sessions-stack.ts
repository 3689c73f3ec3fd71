/** The stack of a stage: the construct, with the properties that the settings give it. */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { INDEXES } from '../functions/session/store/query.ts';
import { Auth } from './config/auth.ts';
import type { Config } from './config/config.ts';
import type { SessionsApiProps } from './config/props.ts';
import { toTags } from './config/tags.ts';
import { SessionsApi } from './sessions-api.ts';

export interface SessionsStackProps extends StackProps {
  config: Config;
  /** As they were given, for the template's metadata. */
  settings: Record<string, string>;
}

/** The template's metadata with the settings that the stack was made with. */
const SETTINGS_METADATA = 'Settings';

export class SessionsStack extends Stack {
  constructor(scope: Construct, id: string, { config, settings, ...props }: SessionsStackProps) {
    super(scope, id, props);
    this.templateOptions.metadata = { [SETTINGS_METADATA]: settings };
    // With the id `Default` logical ids are those of a stack without the construct.
    const sessions = new SessionsApi(this, 'Default', toProps(this, config));
    const output = (name: string, value: string | undefined, description: string) =>
      value !== undefined && new CfnOutput(this, name, { value, description });
    output('ApiUrl', sessions.url, 'The base URL of the API');
    output('TableName', sessions.table.tableName, 'The table of the sessions');
    output('ApiKeysSecret', sessions.apiKeysSecret?.secretArn, 'The secret with the API keys');
    const { domain } = sessions;
    output(
      'DomainTarget',
      domain?.target,
      `What the DNS record of ${config.domainName} points to (CNAME, or an alias)`,
    );
    output(
      'DomainHostedZone',
      domain?.hostedZoneId,
      'The hosted zone of DomainTarget, for an alias record of Route 53',
    );
    output('EventBusArn', sessions.eventBus?.eventBusArn, 'The bus with the events of sessions');
    output('ExpireSessionsArn', sessions.expireSessionsArn, 'The function that timers of sessions invoke');
    if (config.executeApi === 'on')
      output('DomainUrl', domain?.url, 'The base URL of the API, once DNS has it');
  }
}

function toProps(stack: Stack, config: Config): SessionsApiProps {
  const { existingTable, domainName, certificateArn, memoryMb, maxConcurrency } = config;
  const { eventBus, tableStreamArn } = config;
  const alarmTopic = findAlarmTopic(stack, config);
  return {
    auth: toAuth(config),
    timeouts: {
      timeoutMinutes: config.timeoutMinutes,
      maxDurationMinutes: config.maxDurationMinutes,
      warningThresholdMinutes: config.warningThresholdMinutes,
      minTimeoutMinutes: config.minTimeoutMinutes,
      maxTimeoutMinutes: config.maxTimeoutMinutes,
    },
    throttle: { rateLimit: config.rateLimit, burstLimit: config.burstLimit },
    corsOrigins: config.corsOrigins,
    list: config.list === 'on',
    production: config.isProduction,
    canary: config.deploy === 'canary',
    replicas: config.replicas,
    replicaTags: Object.fromEntries(toTags(config.tags).map(({ key, value }) => [key, value])),
    executeApi: config.executeApi === 'on',
    logRetention: config.logRetentionDays,
    tracing: config.tracing === 'on',
    events: config.events === 'on',
    ...(eventBus !== undefined && { eventBus: findBus(stack, eventBus) }),
    description: `Sessions API (${config.stage})`,
    ...(memoryMb !== undefined && { memoryMb }),
    ...(maxConcurrency !== undefined && { maxConcurrency }),
    ...(alarmTopic && { alarmTopic }),
    ...(existingTable !== undefined && {
      table: TableV2.fromTableAttributes(stack, 'Table', {
        tableName: existingTable,
        globalIndexes: Object.values(INDEXES),
        ...(tableStreamArn !== undefined && { tableStreamArn }),
      }),
    }),
    ...(domainName !== undefined &&
      certificateArn !== undefined && {
        domain: {
          name: domainName,
          certificate: Certificate.fromCertificateArn(stack, 'Certificate', certificateArn),
        },
      }),
  };
}

const findBus = (stack: Stack, bus: string): IEventBus =>
  bus.startsWith('arn:')
    ? EventBus.fromEventBusArn(stack, 'EventBus', bus)
    : EventBus.fromEventBusName(stack, 'EventBus', bus);

function toAuth({ auth }: Config): Auth {
  if (auth.kind === 'none') return Auth.none();
  if (auth.kind === 'iam') return Auth.iam();
  return auth.kind === 'jwt' ? Auth.jwt(auth) : Auth.apiKeys();
}

function findAlarmTopic(stack: Stack, { alarmEmail, alarmTopicArn }: Config): ITopic | undefined {
  if (alarmTopicArn !== undefined) return Topic.fromTopicArn(stack, 'AlarmTopic', alarmTopicArn);
  if (alarmEmail === undefined) return undefined;
  const topic = new Topic(stack, 'AlarmTopic', { enforceSSL: true });
  // A policy of its own takes the place of the one by which the account's services may publish.
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
    }),
  );
  topic.addSubscription(new EmailSubscription(alarmEmail));
  return topic;
}
