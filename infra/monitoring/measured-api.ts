/** The metrics of the dashboard as methods, for graphs and alarms of one's own. */
import type { IMetric, MathExpressionOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { SessionsMetrics } from './metrics.ts';

/** Per five minutes unless `period` says otherwise. */
export abstract class MeasuredApi extends Construct {
  /** @internal */
  protected abstract readonly metrics: SessionsMetrics;

  /** Requests to the API. */
  metricRequests(options?: MathExpressionOptions): IMetric {
    return this.metrics.requests.with(options ?? {});
  }

  /** Responses with 4xx. */
  metricClientErrors(options?: MathExpressionOptions): IMetric {
    return this.metrics.clientErrors.with(options ?? {});
  }

  /** Responses with 5xx. */
  metricServerErrors(options?: MathExpressionOptions): IMetric {
    return this.metrics.serverErrors.with(options ?? {});
  }

  /**
   * Milliseconds from a request to its response, in API Gateway.
   * @param statistic such as `p50` or `p99`.
   */
  metricLatency(statistic: string, options?: MathExpressionOptions): IMetric {
    return this.metrics.latency(statistic).with(options ?? {});
  }

  /** Requests that API Gateway throttled. */
  metricApiThrottles(options?: MathExpressionOptions): IMetric {
    return this.metrics.apiThrottles.with(options ?? {});
  }

  /** Invocations that Lambda throttled, of all functions of the account in the region. */
  metricFunctionThrottles(options?: MathExpressionOptions): IMetric {
    return this.metrics.functionThrottles.with(options ?? {});
  }

  /** Reads and writes that DynamoDB throttled. */
  metricTableThrottles(options?: MathExpressionOptions): IMetric {
    return this.metrics.tableThrottles.with(options ?? {});
  }

  /** Crashes and timeouts of the functions of a session's routes. */
  metricSessionFunctionErrors(options?: MathExpressionOptions): IMetric {
    return this.metrics.sessionFunctionErrors.with(options ?? {});
  }

  /** Crashes and timeouts of the other functions. */
  metricOtherFunctionErrors(options?: MathExpressionOptions): IMetric {
    return this.metrics.otherFunctionErrors.with(options ?? {});
  }

  /** Responses with 500 or 503 from the functions. */
  metricFailures(options?: MathExpressionOptions): IMetric {
    return this.metrics.own('Failures').with(options ?? {});
  }

  /** Malformed stored items that were read. */
  metricCorruptItems(options?: MathExpressionOptions): IMetric {
    return this.metrics.own('CorruptItems').with(options ?? {});
  }

  /** Writes that lost every optimistic-lock retry. */
  metricConflicts(options?: MathExpressionOptions): IMetric {
    return this.metrics.own('Conflicts').with(options ?? {});
  }

  /** Responses with 401 or 403. */
  metricAccessRefused(options?: MathExpressionOptions): IMetric {
    return this.metrics.accessRefused.with(options ?? {});
  }

  /** Requests with an unknown API key, with `Auth.apiKeys()`. */
  metricKeysRefused(options?: MathExpressionOptions): IMetric {
    return this.metrics.own('KeysRefused').with(options ?? {});
  }

  /** Requests that failed because the API keys could not be read, with `Auth.apiKeys()`. */
  metricKeysUnreadable(options?: MathExpressionOptions): IMetric {
    return this.metrics.own('KeysUnreadable').with(options ?? {});
  }

  metricSessionsCreated(options?: MathExpressionOptions): IMetric {
    return this.metrics.own('SessionsCreated').with(options ?? {});
  }

  metricSessionsDeleted(options?: MathExpressionOptions): IMetric {
    return this.metrics.own('SessionsDeleted').with(options ?? {});
  }

  /** Sessions that DynamoDB's TTL deleted. */
  metricSessionsPurged(options?: MathExpressionOptions): IMetric {
    return this.metrics.purged.with(options ?? {});
  }

  /** Read units that the table has used. */
  metricConsumedReadUnits(options?: MathExpressionOptions): IMetric {
    return this.metrics.consumedReads.with(options ?? {});
  }

  /** Write units that the table has used. */
  metricConsumedWriteUnits(options?: MathExpressionOptions): IMetric {
    return this.metrics.consumedWrites.with(options ?? {});
  }
}
