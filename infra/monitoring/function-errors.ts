/** The errors of several functions as one metric. */
import type { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';

/** CloudWatch takes so many metrics in one expression. */
const MAX_IN_EXPRESSION = 10;

/** @param prefix of the metrics' ids: on a graph METRICS() would add those of its neighbours. */
export function sumErrors(
  label: string,
  prefix: string,
  functions: readonly LambdaFunction[],
  period: Duration,
): IMetric {
  if (functions.length > MAX_IN_EXPRESSION)
    throw new Error(`${label}: more functions than one expression takes`);
  return new MathExpression({
    expression: `SUM(METRICS("${prefix}"))`,
    usingMetrics: Object.fromEntries(
      functions.map((one, index) => [
        `${prefix}${index}`,
        one.metricErrors({ statistic: Stats.SUM, period }),
      ]),
    ),
    label,
    period,
  });
}
