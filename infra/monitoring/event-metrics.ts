/** Metrics of events: failures after all retries, and the stream's lag. */
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { PER_PERIOD, PERIOD } from './sum-errors.ts';

export interface EventMetrics {
  /** Batches of the stream that failed after all retries. */
  publishFailures: Metric;
  /** Timers that failed after all retries, of Lambda's or of EventBridge Scheduler's. */
  expireFailures: IMetric;
  /** Age of the oldest unprocessed record of the stream, in milliseconds. */
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
    label: 'Timers that failed after all retries',
    period: PERIOD,
  }),
  streamAge: events.publish.metric('IteratorAge', MAXIMUM),
});

const MAXIMUM = { statistic: Stats.MAXIMUM, period: PERIOD };

const messagesOf = (queue: IQueue): Metric => queue.metricApproximateNumberOfMessagesVisible(MAXIMUM);
