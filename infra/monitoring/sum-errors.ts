/** The errors of several functions as one metric. */
import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';

export const PERIOD = Duration.minutes(5);
export const PER_PERIOD = { statistic: Stats.SUM, period: PERIOD };

/**
 * CloudWatch takes ten metrics in one expression.
 * @param prefix of the metrics' ids: on a graph METRICS() would add those of its neighbours.
 */
export function sumErrors(
  label: string,
  prefix: string,
  functions: readonly LambdaFunction[],
): MathExpression {
  if (functions.length > 10) throw new Error(`${label}: more functions than one expression takes`);
  const errors = functions.map((one, index) => [`${prefix}${index}`, one.metricErrors(PER_PERIOD)]);
  const usingMetrics = Object.fromEntries(errors);
  return new MathExpression({ expression: `SUM(METRICS("${prefix}"))`, usingMetrics, label, period: PERIOD });
}
