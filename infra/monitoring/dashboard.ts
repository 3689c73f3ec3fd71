/** The dashboard. */
import type { Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Config } from '../config/config.ts';
import type { StackMetrics } from './metrics.ts';

export function addDashboard(
  stack: Stack,
  metrics: StackMetrics,
  { auth }: Config,
  alarms: readonly Alarm[],
): Dashboard {
  const graph = (title: string, left: IMetric[], right: IMetric[] = []): IWidget =>
    new GraphWidget({ title, left, right, width: 8, height: 6, leftYAxis: { min: 0 } });
  const widgets = [
    [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 3 })],
    [
      graph('Requests', [metrics.requests, metrics.clientErrors, metrics.serverErrors]),
      graph('Latency, milliseconds', [metrics.latency('p50'), metrics.latency('p99')]),
      graph('Functions: slowest 1 %, milliseconds', metrics.functionDurations),
    ],
    [
      graph('Throttled by API Gateway, Lambda, DynamoDB', [
        metrics.apiThrottles,
        metrics.functionThrottles,
        metrics.tableThrottles,
      ]),
      graph('Failures', [
        metrics.own('Failures'),
        metrics.own('CorruptItems'),
        metrics.own('Conflicts'),
        metrics.sessionFunctionErrors,
        metrics.otherFunctionErrors,
      ]),
      ...(auth.kind === 'none' ? [] : [graph('Access', accessMetrics(metrics, auth))]),
    ],
    [
      graph('Sessions', [metrics.own('SessionsCreated'), metrics.own('SessionsDeleted'), metrics.purged]),
      graph('DynamoDB units', metrics.consumed),
    ],
  ];
  // The dashboards of all regions of an account share their names.
  return new Dashboard(stack, 'Dashboard', { dashboardName: `${stack.stackName}-${stack.region}`, widgets });
}

function accessMetrics(metrics: StackMetrics, { kind }: Config['auth']): IMetric[] {
  const ofKeys = [metrics.own('KeysRefused'), metrics.own('KeysUnreadable')];
  return [metrics.accessRefused, ...(kind === 'api-key' ? ofKeys : [])];
}
