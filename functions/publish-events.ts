/** The table's stream: publishes events of sessions that were created, deleted or purged, and arms their timers. */
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { EXPIRE_FUNCTION } from './aws/environment.ts';
import { eventBus } from './events/bus.ts';
import { publishRecords } from './events/publish.ts';
import { schedulerTimers } from './events/timers.ts';
import type { InvocationContext } from './http/respond.ts';
import { logFailure } from './observability/log.ts';
import { MalformedItem } from './session/store/item.ts';
import { sessionsTable } from './session/store/table.ts';

const table = sessionsTable();
const bus = eventBus();
const timersFor = schedulerTimers();

/** Lambda retries from the first failed record. */
export async function handler(
  { Records: records }: DynamoDBStreamEvent,
  { awsRequestId }: InvocationContext,
): Promise<DynamoDBBatchResponse> {
  const failed = await publishRecords(records, {
    bus,
    timers: timersFor(EXPIRE_FUNCTION.read()),
    defaults: table.settings().defaults,
    now: Date.now(),
    report: (failure) =>
      logFailure(failure, {
        requestId: awsRequestId,
        functionRequestId: awsRequestId,
        event: null,
        metric: failure instanceof MalformedItem ? failure.metric : 'EventFailures',
      }),
  });
  return {
    batchItemFailures: failed.map(({ dynamodb }) => ({ itemIdentifier: dynamodb?.SequenceNumber ?? '' })),
  };
}
