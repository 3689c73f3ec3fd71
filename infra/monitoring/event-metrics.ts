/** The metrics of events: what was given up, and how late the table's stream is. */
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { PER_PERIOD, PERIOD } from './sum-errors.ts';

export interface EventMetrics {
  /** Batches of the table's stream that were given up. */
  publishFailures: Metric;
  /** Timers that were given up: by Lambda, whose function failed, or by EventBridge Scheduler, which could not invoke it. */
  expireFailures: IMetric;
  /** The age of the oldest record of the table's stream that waits, in milliseconds. */
  streamAge: Metric;
}

export const eventMetrics = (events: {
  publish: LambdaFunction;
  publishFailures: IQueue;
  expireFailures: IQueue;
  timerGroup: string;
}): EventMetrics => ({
  publishFailures: messagesOf(events.publishFailures),
  expireFailures: new MathExpression({
    expression: 'FILL(failed, 0) + FILL(dropped, 0)',
    usingMetrics: {
      failed: messagesOf(events.expireFailures),
      dropped: new Metric({
        namespace: 'AWS/Scheduler',
        metricName: 'InvocationDroppedCount',
        dimensionsMap: { ScheduleGroup: events.timerGroup },
        ...PER_PERIOD,
      }).attachTo(events.publish),
    },
    label: 'Timers that were given up',
    period: PERIOD,
  }),
  streamAge: events.publish.metric('IteratorAge', MAXIMUM),
});

const MAXIMUM = { statistic: Stats.MAXIMUM, period: PERIOD };

const messagesOf = (queue: IQueue): Metric => queue.metricApproximateNumberOfMessagesVisible(MAXIMUM);
