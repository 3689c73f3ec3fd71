/** The target of timers: publishes session.expired, or arms the next timer of a session that is still alive. */
import type { Context } from 'aws-lambda';
import { eventBus } from './events/bus.ts';
import { expire } from './events/expire.ts';
import { schedulerTimers, type TimerInput } from './events/timers.ts';
import { logFailure } from './observability/log.ts';
import { fenceWrites, readSnapshot } from './session/store/fence.ts';
import { MalformedItem } from './session/store/item.ts';
import { sessionsTable } from './session/store/table.ts';

const table = sessionsTable();
const bus = eventBus();
const timersFor = schedulerTimers();

/** Rejects on failure: Lambda retries, then sends the payload to the failure queue. */
export async function handler(
  input: TimerInput,
  { awsRequestId, invokedFunctionArn }: Pick<Context, 'awsRequestId' | 'invokedFunctionArn'>,
): Promise<void> {
  try {
    await expire(input, {
      read: (sessionId) => readSnapshot(table, sessionId),
      fence: (snapshot) => fenceWrites(table, snapshot),
      bus,
      // The alias, which timers invoke. As a variable it would be a circular dependency.
      timers: timersFor(invokedFunctionArn),
      now: Date.now,
    });
  } catch (error) {
    logFailure(error, {
      requestId: awsRequestId,
      functionRequestId: awsRequestId,
      event: null,
      metric: error instanceof MalformedItem ? error.metric : 'EventFailures',
    });
    throw new Error('The timer of a session could not be handled');
  }
}
