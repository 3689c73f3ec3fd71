/** The metrics of the deployment, for alarms and dashboard. */
import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import {
  METRIC_DIMENSION,
  METRIC_NAMESPACE,
  type MetricName,
} from '../../functions/observability/metrics.ts';
import { INDEXES } from '../../functions/session/store/query.ts';
import { PER_PERIOD, PERIOD, sumErrors } from './sum-errors.ts';

export interface SessionsMetricsProps {
  /** The deployment's name, which the metrics of our own have as their dimension. */
  service: string;
  api: HttpApi;
  accessLogs: LogGroup;
  /** Those of the routes of one session, and all others: an alarm's expression has room for ten. */
  functions: { ofSession: readonly LambdaFunction[]; others: readonly LambdaFunction[] };
  table: ITable;
  /** Ends the ids of metrics in expressions, so that those of two deployments fit on one graph. */
  idSuffix: string;
}

export class SessionsMetrics extends Construct {
  readonly #props: SessionsMetricsProps;
  readonly #filters = new Map<string, MetricFilter>();

  constructor(scope: Construct, id: string, props: SessionsMetricsProps) {
    super(scope, id);
    this.#props = props;
  }

  /** Requests that API Gateway throttled. */
  get apiThrottles(): Metric {
    return this.#ofStatus('ApiThrottles', '429');
  }

  /** Responses with 401 or 403. */
  get accessRefused(): Metric {
    return this.#ofStatus('AccessRefused', '401', '403');
  }

  get requests(): Metric {
    return this.#props.api.metricCount(PER_PERIOD);
  }

  get serverErrors(): Metric {
    return this.#props.api.metricServerError(PER_PERIOD);
  }

  get clientErrors(): Metric {
    return this.#props.api.metricClientError(PER_PERIOD);
  }

  /** Percent of requests; 0 below three errors. */
  get serverErrorRate(): MathExpression {
    return new MathExpression({
      expression: 'IF(errors >= 3, 100 * errors / requests, 0)',
      usingMetrics: { errors: this.serverErrors, requests: this.requests },
      label: 'Responses with 5xx, percent',
      period: PERIOD,
    });
  }

  /** The slowest 1 %; 0 below 100 requests, of which two cold starts would be all of it. */
  get slowRequests(): MathExpression {
    return new MathExpression({
      expression: 'IF(requests >= 100, p99, 0)',
      usingMetrics: { p99: this.latency('p99'), requests: this.requests },
      label: 'Latency of the slowest 1 % of 100 requests or more, milliseconds',
      period: PERIOD,
    });
  }

  /** Milliseconds, from the request to the response, in API Gateway. */
  latency(statistic: string): Metric {
    return this.#props.api.metricLatency({ statistic, period: PERIOD });
  }

  /** Of the account in this region, whose functions share one concurrency limit. */
  get functionThrottles(): Metric {
    return new Metric({ namespace: 'AWS/Lambda', metricName: 'Throttles', ...PER_PERIOD }).attachTo(this);
  }

  /** Crashes and time-outs: a function responds to every other failure itself. */
  get sessionFunctionErrors(): MathExpression {
    const { functions, idSuffix } = this.#props;
    const { ofSession } = functions;
    return sumErrors('Functions of a session crashed or timed out', `session${idSuffix}`, ofSession);
  }

  get otherFunctionErrors(): MathExpression {
    const { functions, idSuffix } = this.#props;
    const { others } = functions;
    return sumErrors('Other functions crashed or timed out', `other${idSuffix}`, others);
  }

  get functionDurations(): Metric[] {
    const { ofSession, others } = this.#props.functions;
    return [...ofSession, ...others].map((one) => one.metricDuration({ statistic: 'p99', period: PERIOD }));
  }

  get tableThrottles(): MathExpression {
    const { idSuffix } = this.#props;
    // An index is throttled by itself, and holds up the writes to its table.
    const ofIndexes = Object.values(INDEXES).map((index) => [
      `${index}${idSuffix}`,
      this.#ofTable('WriteThrottleEvents', PERIOD, { GlobalSecondaryIndexName: index }),
    ]);
    const usingMetrics: Record<string, Metric> = {
      [`reads${idSuffix}`]: this.#ofTable('ReadThrottleEvents'),
      [`writes${idSuffix}`]: this.#ofTable('WriteThrottleEvents'),
      ...Object.fromEntries(ofIndexes),
    };
    return new MathExpression({
      expression: Object.keys(usingMetrics)
        .map((name) => `FILL(${name}, 0)`)
        .join(' + '),
      usingMetrics,
      label: 'Reads and writes that DynamoDB throttled',
      period: PERIOD,
    });
  }

  get consumedReads(): Metric {
    return this.#ofTable('ConsumedReadCapacityUnits');
  }

  get consumedWrites(): Metric {
    return this.#ofTable('ConsumedWriteCapacityUnits');
  }

  /** One for a day on which more sessions were created than deleted, and DynamoDB's TTL removed none. */
  get purgeStalled(): MathExpression {
    return new MathExpression({
      expression: 'IF(FILL(created, 0) > FILL(deleted, 0) AND FILL(purged, 0) == 0, 1, 0)',
      usingMetrics: {
        deleted: this.own('SessionsDeleted', DAY),
        created: this.own('SessionsCreated', DAY),
        purged: this.#ofTable('TimeToLiveDeletedItemCount', DAY),
      },
      label: 'Days with new sessions on which none was purged',
      period: DAY,
    });
  }

  get purged(): Metric {
    return this.#ofTable('TimeToLiveDeletedItemCount');
  }

  /** A metric that the functions emit. */
  own(metricName: MetricName, period = PERIOD): Metric {
    const { service } = this.#props;
    return new Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { [METRIC_DIMENSION]: service },
      statistic: Stats.SUM,
      period,
    }).attachTo(this);
  }

  #ofTable(metricName: string, period = PERIOD, more: Record<string, string> = {}): Metric {
    const dimensionsMap = { TableName: this.#props.table.tableName, ...more };
    const metric = { namespace: 'AWS/DynamoDB', metricName, dimensionsMap, statistic: Stats.SUM, period };
    return new Metric(metric).attachTo(this);
  }

  /** @param statuses as the access log has them: text. */
  #ofStatus(metricName: string, ...statuses: string[]): Metric {
    const { accessLogs, service } = this.#props;
    const there = this.#filters.get(metricName);
    if (there) return there.metric(PER_PERIOD);
    // API Gateway counts all 4xx as one; its access log tells them apart, without a line more.
    const patterns = statuses.map((status) => FilterPattern.stringValue('$.status', '=', status));
    const filter = new MetricFilter(this, metricName, {
      logGroup: accessLogs,
      filterPattern: FilterPattern.any(...patterns),
      // A filter's metric has either a dimension, which is billed for each value, or a default: its name
      // tells stacks apart.
      metricNamespace: METRIC_NAMESPACE,
      metricName: `${metricName}-${service}`,
      metricValue: '1',
      defaultValue: 0,
    });
    this.#filters.set(metricName, filter);
    return filter.metric(PER_PERIOD);
  }
}

const DAY = Duration.days(1);
