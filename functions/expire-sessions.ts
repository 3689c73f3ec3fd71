/** The target of timers: publishes that a session has expired, or arms the next timer of one that lives on. */
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

/** Rejects where Lambda shall try again, and keep the timer in a queue at last. */
export async function handler(
  input: TimerInput,
  { awsRequestId, invokedFunctionArn }: Pick<Context, 'awsRequestId' | 'invokedFunctionArn'>,
): Promise<void> {
  try {
    await expire(input, {
      read: (sessionId) => readSnapshot(table, sessionId),
      fence: (snapshot) => fenceWrites(table, snapshot),
      bus,
      // Timers invoke the alias, whose ARN this is: the function can't be given the ARN of its own alias.
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
