/**
 * Metrics in CloudWatch's embedded metric format: log lines, without a call.
 * Powertools' metrics would add 15 KB to a bundle; these lines are one fixed form.
 */

import { FUNCTION_NAME, FUNCTION_VERSION, SERVICE_NAME } from '../aws/environment.ts';
import { writeLine } from './log-line.ts';

export const METRIC_NAMESPACE = 'SessionsApi';

/** The dimension of every metric, whose value is the deployment's name. */
export const METRIC_DIMENSION = 'service';

/** Lambda's name for code that is not published. */
const LATEST = '$LATEST';

/** Every metric and its meaning. Reads emit none: API Gateway's metrics count them. */
export const METRICS = {
  SessionsCreated: 'a session was created',
  SessionsDeleted: 'a session was deleted by a request',
  CorruptItems: 'a stored item is malformed',
  Failures: 'a request failed with 500 for another cause, or health was 503',
  Conflicts: 'a change lost every optimistic-lock retry',
  EventFailures: 'publishing an event or arming a timer failed',
  KeysRefused: 'a request had an unknown API key',
  KeysUnreadable: 'the API keys could not be read',
} as const;

export type MetricName = keyof typeof METRICS;

/** Failed requests of a function and of each version: a canary deployment compares the new one with the old. */
export const VERSION_METRIC = 'VersionFailures';
export const VERSION_DIMENSIONS = ['function', 'version'] as const;

/**
 * The fields that make CloudWatch count one in the log line that has them.
 * @param isFailure counts also a failed request of the version that runs, where versions are published.
 */
export function counted(metric: MetricName, value = 1, isFailure = false): Record<string, unknown> {
  const service = SERVICE_NAME.read();
  if (service === undefined) return {};
  const version = FUNCTION_VERSION.read() ?? LATEST;
  const [ofFunction, ofVersion] = VERSION_DIMENSIONS;
  const hasVersion = isFailure && version !== LATEST;
  return {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        directive(metric, [[METRIC_DIMENSION]]),
        ...(hasVersion ? [directive(VERSION_METRIC, [[ofFunction], [ofFunction, ofVersion]])] : []),
      ],
    },
    [METRIC_DIMENSION]: service,
    [metric]: value,
    ...(hasVersion && { [ofFunction]: FUNCTION_NAME.read(), [ofVersion]: version, [VERSION_METRIC]: 1 }),
  };
}

const directive = (name: string, dimensions: string[][]) => ({
  Namespace: METRIC_NAMESPACE,
  Dimensions: dimensions,
  Metrics: [{ Name: name, Unit: 'Count' }],
});

/** Counts one, or more, in a log line of its own. @param fields of the line, which are no dimensions. */
export function count(metric: MetricName, value = 1, fields: Record<string, unknown> = {}): void {
  if (SERVICE_NAME.read() !== undefined) writeLine({ ...counted(metric, value), ...fields });
}
