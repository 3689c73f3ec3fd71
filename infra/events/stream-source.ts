/** The table's stream as the source of PublishEvents. */
import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type Alias, EventSourceMapping, type IFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { STREAM_FILTERS } from './stream-filters.ts';

/** Records of a batch: each arms a timer, ten at a time, within the function's timeout. */
const BATCH_SIZE = 100;

/** The stream keeps records for 24 hours. Those that can't be published hold up the others of their shard for so long. */
const RETRY_AGE = Duration.hours(23);

export function addStreamSource(scope: Construct, target: Alias, table: ITable, failures: IQueue): void {
  new EventSourceMapping(scope, 'PublishEventsSource', {
    target: target as IFunction,
    ...(table.tableStreamArn !== undefined && { eventSourceArn: table.tableStreamArn }),
    // From LATEST, records that come while the mapping starts would be lost.
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
  // Lambda asks for it when the mapping is created. It takes no resource.
  new PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: ['*'] }),
];
