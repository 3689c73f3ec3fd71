/** The alarms and their meaning. docs/runbook.md says for each alarm what to do. */
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Construct } from 'constructs';
import { MAX_DURATION_FACTOR } from '../../functions/session/timeout-config.ts';
import type { Options } from '../config/options.ts';
import type { EventMetrics } from './event-metrics.ts';
import type { SessionsMetrics } from './metrics.ts';

interface AlarmDefinition {
  /** The construct's id, the end of the alarm's name, and the heading of its entry in the runbook. */
  id: string;
  metric(metrics: SessionsMetrics, events: EventMetrics | undefined): IMetric;
  /** The metric must be above. */
  threshold: number;
  /** So many of the last so many periods, which are those of the metric. */
  periods: { of: number; breaching: number };
  meaning: string;
  /** Whether a deployment with these options can have it. */
  when?(options: Options): boolean;
}

/** For alarms that exist only with events. */
function ofEvents(read: (events: EventMetrics) => IMetric): AlarmDefinition['metric'] {
  return (_metrics, events) => {
    if (!events) throw new Error('There are no events');
    return read(events);
  };
}

const ONCE = { of: 1, breaching: 1 };

export const alarms: readonly AlarmDefinition[] = [
  {
    id: 'ServerErrors',
    metric: ({ serverErrorRate }) => serverErrorRate,
    threshold: 1,
    periods: ONCE,
    meaning: 'more than 1 % of responses were 5xx',
  },
  {
    id: 'Latency',
    metric: ({ slowRequests }) => slowRequests,
    threshold: 1000,
    periods: { of: 3, breaching: 2 },
    meaning: 'the slowest 1 % of at least 100 requests in 5 minutes took longer than a second',
  },
  {
    id: 'FunctionErrors',
    metric: ({ sessionFunctionErrors }) => sessionFunctionErrors,
    threshold: 0,
    periods: ONCE,
    meaning: 'a function of the routes of one session crashed or timed out',
  },
  {
    id: 'OtherFunctionErrors',
    metric: ({ otherFunctionErrors }) => otherFunctionErrors,
    threshold: 0,
    periods: ONCE,
    meaning: 'another function, or the authorizer, crashed or timed out',
  },
  {
    id: 'ApiThrottles',
    metric: ({ apiThrottles }) => apiThrottles,
    threshold: 10,
    periods: ONCE,
    meaning: 'API Gateway throttled requests',
  },
  {
    id: 'FunctionThrottles',
    metric: ({ functionThrottles }) => functionThrottles,
    threshold: 0,
    periods: ONCE,
    meaning: 'Lambda throttled invocations (account concurrency limit)',
  },
  {
    id: 'TableThrottles',
    metric: ({ tableThrottles }) => tableThrottles,
    // The SDK's retries absorb single ones.
    threshold: 10,
    periods: ONCE,
    meaning: 'DynamoDB throttled reads or writes',
  },
  {
    id: 'CorruptItems',
    metric: (metrics) => metrics.own('CorruptItems'),
    threshold: 0,
    periods: ONCE,
    meaning: 'a stored item is malformed',
  },
  {
    id: 'AccessRefused',
    metric: ({ accessRefused }) => accessRefused,
    threshold: 100,
    periods: ONCE,
    meaning: 'more than 100 responses in 5 minutes were 401 or 403',
    when: ({ auth }) => auth.kind !== 'none',
  },
  {
    id: 'KeysUnreadable',
    metric: (metrics) => metrics.own('KeysUnreadable'),
    threshold: 0,
    periods: ONCE,
    meaning: 'the authorizer could not read the API keys',
    when: ({ auth }) => auth.kind === 'api-key',
  },
  {
    id: 'PurgeStalled',
    metric: ({ purgeStalled }) => purgeStalled,
    threshold: 0,
    // DynamoDB's TTL may take days, and a new stack has nothing to purge in its first.
    periods: { of: 5, breaching: 5 },
    meaning: 'sessions were created for 5 days and DynamoDB purged none',
    // Where sessions may live longer, days without a purge mean nothing. A replica's purges are counted in
    // the region that purged, which is not where its stack looks.
    when: ({ maxTimeoutMinutes, table }) =>
      table === undefined && MAX_DURATION_FACTOR * maxTimeoutMinutes <= 3 * 24 * 60,
  },
  {
    id: 'EventsUndelivered',
    metric: ofEvents(({ publishFailures }) => publishFailures),
    threshold: 0,
    periods: ONCE,
    meaning: "records of the table's stream failed after all retries: events or timers are missing",
    when: ({ events }) => events,
  },
  {
    id: 'ExpiriesUndelivered',
    metric: ofEvents(({ expireFailures }) => expireFailures),
    threshold: 0,
    periods: ONCE,
    meaning: 'timers failed after all retries: session.expired events are missing',
    when: ({ events }) => events,
  },
  {
    id: 'EventsLate',
    metric: ofEvents(({ streamAge }) => streamAge),
    threshold: 5 * 60_000,
    periods: ONCE,
    meaning: "PublishEvents is more than 5 minutes behind the table's stream",
    when: ({ events }) => events,
  },
];

/** Those of the deployment. */
export function addAlarms(
  scope: Construct,
  metrics: SessionsMetrics,
  options: Options,
  service: string,
  events: EventMetrics | undefined,
): Alarm[] {
  const chosen = alarms.filter(({ when }) => when?.(options) ?? true);
  return chosen.map(({ id, metric, threshold, periods, meaning }) => {
    const alarm = new Alarm(scope, `${id}Alarm`, {
      alarmName: `${service}-${id}`,
      alarmDescription: `In ${service}, ${meaning}. What to do: docs/runbook.md, "${id}".`,
      metric: metric(metrics, events),
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: periods.of,
      datapointsToAlarm: periods.breaching,
      // Without requests there is nothing to tell.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (options.alarmTopic) {
      alarm.addAlarmAction(new SnsAction(options.alarmTopic));
      alarm.addOkAction(new SnsAction(options.alarmTopic));
    }
    return alarm;
  });
}
