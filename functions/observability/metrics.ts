/**
 * Metrics in CloudWatch's embedded metric format: log lines, without a call.
 * Powertools' metrics would add 15 KB to a bundle; these lines are one fixed form.
 */

import { SERVICE_NAME } from '../aws/environment.ts';
import { writeLine } from './log-line.ts';

export const METRIC_NAMESPACE = 'SessionsApi';

/** The dimension of every metric, whose value is the deployment's name. */
export const METRIC_DIMENSION = 'service';

/** Every metric and its meaning. Reads emit none: API Gateway's metrics count them. */
export const METRICS = {
  SessionsCreated: 'a session was created',
  SessionsDeleted: 'a session was deleted by a request',
  CorruptItems: 'a stored item is malformed',
  Failures: 'a request failed with 500 for another cause, or health was 503',
  Conflicts: 'a change lost every optimistic-lock retry',
  KeysRefused: 'a request had an unknown API key',
  KeysUnreadable: 'the API keys could not be read',
} as const;

export type MetricName = keyof typeof METRICS;

/** The fields that make CloudWatch count one in the log line that has them. */
export function counted(metric: MetricName, value = 1): Record<string, unknown> {
  const service = SERVICE_NAME.read();
  if (service === undefined) return {};
  return {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [[METRIC_DIMENSION]],
          Metrics: [{ Name: metric, Unit: 'Count' }],
        },
      ],
    },
    [METRIC_DIMENSION]: service,
    [metric]: value,
  };
}

/** Counts one, or more, in a log line of its own. */
export function count(metric: MetricName, value = 1): void {
  if (SERVICE_NAME.read() !== undefined) writeLine(counted(metric, value));
}
