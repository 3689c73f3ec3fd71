/**
 * Metrics in CloudWatch's embedded metric format: log lines, without a call.
 * Powertools' metrics would add 15 KB to a bundle; these lines are one fixed form.
 */

import { FUNCTION_NAME, FUNCTION_VERSION, SERVICE_NAME } from '../aws/environment.ts';
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

/** Failed requests of a function and of each version: a canary deployment compares the new one with the old. */
export const VERSION_METRIC = 'VersionFailures';
export const VERSION_DIMENSIONS = ['function', 'version'] as const;

/** The fields that make CloudWatch count one in the log line that has them. */
export function counted(metric: MetricName, value = 1): Record<string, unknown> {
  const service = SERVICE_NAME.read();
  return service === undefined
    ? {}
    : embed([{ metric, dimensions: [[METRIC_DIMENSION]] }], { [METRIC_DIMENSION]: service, [metric]: value });
}

/** The same for a failed request, which also counts for its version, where the function has versions. */
export function countedFailure(metric: MetricName): Record<string, unknown> {
  const [service, name, version] = [SERVICE_NAME.read(), FUNCTION_NAME.read(), FUNCTION_VERSION.read()];
  if (service === undefined || name === undefined || version === undefined || version === '$LATEST')
    return counted(metric);
  const [ofFunction, ofVersion] = VERSION_DIMENSIONS;
  return embed(
    [
      { metric, dimensions: [[METRIC_DIMENSION]] },
      { metric: VERSION_METRIC, dimensions: [[ofFunction], [ofFunction, ofVersion]] },
    ],
    {
      [METRIC_DIMENSION]: service,
      [metric]: 1,
      [ofFunction]: name,
      [ofVersion]: version,
      [VERSION_METRIC]: 1,
    },
  );
}

/** @param fields the values of metrics and dimensions. */
const embed = (metrics: { metric: string; dimensions: string[][] }[], fields: Record<string, unknown>) => ({
  _aws: {
    Timestamp: Date.now(),
    CloudWatchMetrics: metrics.map(({ metric, dimensions }) => ({
      Namespace: METRIC_NAMESPACE,
      Dimensions: dimensions,
      Metrics: [{ Name: metric, Unit: 'Count' }],
    })),
  },
  ...fields,
});

/** Counts one, or more, in a log line of its own. */
export function count(metric: MetricName, value = 1): void {
  if (SERVICE_NAME.read() !== undefined) writeLine(counted(metric, value));
}
