/**
 * The alarm that rolls a route's new version back: whether it fails more than the version before. Both meet the same
 * faults of DynamoDB and of callers, so those alone roll nothing back.
 */
import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import {
  METRIC_NAMESPACE,
  VERSION_DIMENSIONS,
  VERSION_METRIC,
} from '../../functions/observability/metrics.ts';
import type { ServiceFunction } from '../lambda/service-function.ts';

/** CloudWatch looks once a minute at the last ten. */
const PERIOD = Duration.minutes(10);

/** So many failures, and nothing else, are a broken route. */
const FEWEST = 3;

export const ROLLBACK_MEANING = 'the new version of a route fails more often than the one before';

/** @param topic receives a message when a version is rolled back. */
export function addRollbackAlarm(
  service: string,
  routeFunction: ServiceFunction,
  alias: Alias,
  topic: ITopic | undefined,
): Alarm {
  const id = routeFunction.node.id;
  const alarm = new Alarm(routeFunction, 'RollbackAlarm', {
    alarmName: `${service}-Rollback-${id}`,
    alarmDescription: `In ${service}, ${ROLLBACK_MEANING}: ${id}. What to do: docs/runbook.md, "Rollback".`,
    metric: failsMore(routeFunction, alias),
    threshold: 0,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  if (topic) alarm.addAlarmAction(new SnsAction(topic));
  // Traffic moves when the alarm looks at the new version.
  alias.node.addDependency(alarm);
  return alarm;
}

/**
 * 1 when the new version fails more often, else 0. Only while, within ten minutes, the others had more than twice its
 * requests: during a canary they have nine times as many. A fault that both meet gives them nine times as many
 * failures too; those from before the deployment only make the alarm more patient. Raised when the new version has
 * failed all of at least three requests, and the old one hardly any; or when its failures exceed a ninth of the old
 * one's by four standard deviations and three more: f > g/9 + 4·√(g/9) + 3.
 */
function failsMore(routeFunction: ServiceFunction, alias: Alias): IMetric {
  const { functionName } = routeFunction;
  const ofVersion = { ExecutedVersion: alias.version.version };
  const ofAlias = { FunctionName: functionName, Resource: `${functionName}:${alias.aliasName}` };
  const lambda = (metricName: string, more: Record<string, string> = {}) =>
    sum('AWS/Lambda', metricName, { ...ofAlias, ...more });
  const [nameDimension, versionDimension] = VERSION_DIMENSIONS;
  const failed = (more: Record<string, string> = {}) =>
    sum(METRIC_NAMESPACE, VERSION_METRIC, { [nameDimension]: functionName, ...more });
  const n = 'FILL(newRequests, 0)';
  const f = '(FILL(newErrors, 0) + FILL(newFailures, 0))';
  // The difference of two metrics that may not have come in at the same time.
  const g = `ABS(FILL(errors, 0) + FILL(failures, 0) - ${f})`;
  const allFailed = `${n} >= ${FEWEST} AND ${f} >= ${n} AND 3 * ${g} < ${f}`;
  const moreFailed = `${f} > ${g} / 9 + 4 * (${g} / 9) ^ 0.5 + 3`;
  const isCanary = `FILL(requests, 0) > 3 * ${n}`;
  return new MathExpression({
    expression: `IF((${isCanary}) AND ((${allFailed}) OR (${moreFailed})), 1, 0)`,
    usingMetrics: {
      newRequests: lambda('Invocations', ofVersion),
      requests: lambda('Invocations'),
      newErrors: lambda('Errors', ofVersion),
      errors: lambda('Errors'),
      newFailures: failed({ [versionDimension]: alias.version.version }),
      failures: failed(),
    },
    label: 'The new version fails more often than the one before',
    period: PERIOD,
  });
}

const sum = (namespace: string, metricName: string, dimensionsMap: Record<string, string>): Metric =>
  new Metric({ namespace, metricName, dimensionsMap, statistic: Stats.SUM, period: PERIOD });
