/** Monitoring: alarms, their topic, and the dashboard. */
import type { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Config } from '../config/config.ts';
import { addAlarms } from './alarms.ts';
import { addDashboard } from './dashboard.ts';
import { StackMetrics, type StackMetricsProps } from './metrics.ts';

/** Alarms and dashboard. The topic is for further alarms; undefined without an address. */
export function addMonitoring(
  stack: Stack,
  config: Config,
  watched: Omit<StackMetricsProps, 'service'>,
): ITopic | undefined {
  const service = stack.stackName;
  const metrics = new StackMetrics(stack, 'Metrics', { ...watched, service });
  const topic = alarmTopic(stack, config);
  const alarms = addAlarms(stack, metrics, config, service, topic);
  addDashboard(stack, metrics, config, alarms);
  return topic;
}

function alarmTopic(stack: Stack, { alarmEmail, alarmTopicArn }: Config): ITopic | undefined {
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
