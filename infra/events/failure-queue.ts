/** A queue for what failed for good. docs/runbook.md says how it is delivered again. */
import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';

export interface FailureQueue {
  queue: IQueue;
  /** Lets a function's role send to it. */
  sendStatement: PolicyStatement;
  asDestination(): SqsDestination;
}

export function buildFailureQueue(scope: Construct, id: string): FailureQueue {
  const queue = new Queue(scope, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    // SQS's longest.
    retentionPeriod: Duration.days(14),
  });
  acknowledge(queue, 'SQS3', 'It is itself where failures end.');
  return {
    queue: queue as IQueue,
    sendStatement: new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }),
    asDestination: () => new SqsDestination(queue as IQueue),
  };
}
