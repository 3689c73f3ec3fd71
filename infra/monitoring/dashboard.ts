/** The dashboard. */
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Options } from '../config/options.ts';
import type { SessionsMetrics } from './metrics.ts';

/** @param name the dashboards of all regions of an account share their names. */
export function addDashboard(
  scope: Construct,
  name: string,
  metrics: SessionsMetrics,
  { auth }: Options,
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
      graph('DynamoDB units', [metrics.consumedReads, metrics.consumedWrites]),
    ],
  ];
  return new Dashboard(scope, 'Dashboard', { dashboardName: name, widgets });
}

function accessMetrics(metrics: SessionsMetrics, { kind }: Options['auth']): IMetric[] {
  const ofKeys = [metrics.own('KeysRefused'), metrics.own('KeysUnreadable')];
  return [metrics.accessRefused, ...(kind === 'api-key' ? ofKeys : [])];
}
