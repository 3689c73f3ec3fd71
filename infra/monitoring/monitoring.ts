/** Monitoring: alarms, their topic, and the dashboard. */
import type { Stack } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Config } from '../config/config.ts';
import { addAlarms, alarms } from './alarms.ts';
import { addDashboard } from './dashboard.ts';
import { StackMetrics, type StackMetricsProps } from './metrics.ts';

/** The alarms that roll a canary deployment back. */
export function addMonitoring(
  stack: Stack,
  config: Config,
  watched: Omit<StackMetricsProps, 'service'>,
): Alarm[] {
  const service = stack.stackName;
  const metrics = new StackMetrics(stack, 'Metrics', { ...watched, service });
  const raised = addAlarms(stack, metrics, config, service, alarmTopic(stack, config));
  addDashboard(stack, metrics, config, [...raised.values()]);
  return alarms.flatMap(({ id, rollsBack }) => (rollsBack && raised.get(id)) || []);
}

function alarmTopic(stack: Stack, { alarmEmail }: Config): Topic | undefined {
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
