/** A queue for invocations that failed after all retries. docs/runbook.md has the recovery. */
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
    // The maximum.
    retentionPeriod: Duration.days(14),
  });
  acknowledge(queue, 'SQS3', 'It is a dead-letter queue itself.');
  return {
    queue: queue as IQueue,
    sendStatement: new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }),
    asDestination: () => new SqsDestination(queue as IQueue),
  };
}
