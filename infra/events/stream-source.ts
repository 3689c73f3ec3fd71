/** The table's stream as the source of PublishEvents. */
import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type Alias, EventSourceMapping, type IFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { STREAM_FILTERS } from './stream-filters.ts';

/** Each record arms a timer, ten at a time: a batch fits into the function's timeout. */
const BATCH_SIZE = 100;

/** Below the stream's retention of 24 hours. A failing record blocks its shard until then. */
const RETRY_AGE = Duration.hours(23);

export function addStreamSource(scope: Construct, target: Alias, table: ITable, failures: IQueue): void {
  new EventSourceMapping(scope, 'PublishEventsSource', {
    target: target as IFunction,
    ...(table.tableStreamArn !== undefined && { eventSourceArn: table.tableStreamArn }),
    // LATEST would miss records written while the mapping starts.
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: BATCH_SIZE,
    filters: STREAM_FILTERS.map((filter) => ({ pattern: JSON.stringify(filter) })),
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    maxRecordAge: RETRY_AGE,
    onFailure: new SqsDlq(failures),
  });
}

export const streamStatements = ({ tableStreamArn = '' }: ITable): PolicyStatement[] => [
  new PolicyStatement({
    actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
    resources: [tableStreamArn],
  }),
  // Lambda requires it to create the mapping. It has no resource-level permissions.
  new PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: ['*'] }),
];
