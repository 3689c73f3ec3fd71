/** Turns the stream's records into events and timers. */
import type { DynamoDBRecord } from 'aws-lambda';
import { createdEvent, removedEvent, type SessionEvent } from '../session/event.ts';
import { MalformedItem } from '../session/store/item.ts';
import type { TimeoutConfig } from '../session/timeout-config.ts';
import { firingInstant } from '../session/timer.ts';
import { computeExpiry } from '../session/timing.ts';
import type { EventBus } from './bus.ts';
import { type Change, parseChange } from './stream-record.ts';
import type { Timers } from './timers.ts';

/** Concurrent CreateSchedule calls. */
const CONCURRENCY = 10;

export interface PublishOptions {
  bus: EventBus;
  timers: Timers;
  defaults: TimeoutConfig;
  /** Epoch milliseconds. */
  now: number;
  /** Receives the cause of each failed record, and of each skipped one: a malformed item has no event. */
  report(failure: unknown): void;
}

/** Idempotent. @returns the records to deliver again. */
export async function publishRecords(
  records: readonly DynamoDBRecord[],
  { bus, timers, defaults, now, report }: PublishOptions,
): Promise<DynamoDBRecord[]> {
  const failed = new Set<DynamoDBRecord>();
  const fail = (record: DynamoDBRecord, failure: unknown) => {
    failed.add(record);
    report(failure);
  };
  const changes: { record: DynamoDBRecord; change: Change }[] = [];
  for (const record of records) {
    try {
      changes.push({ record, change: parseChange(record, defaults) });
    } catch (error) {
      if (!(error instanceof MalformedItem)) fail(record, error);
      // Deleting a malformed item is the repair.
      else if (record.dynamodb?.NewImage) report(error);
    }
  }
  for (let start = 0; start < changes.length; start += CONCURRENCY) {
    const armed = changes.slice(start, start + CONCURRENCY).map(async ({ record, change }) => {
      if (change.kind === 'removed') return;
      const { session } = change;
      const instant = firingInstant(computeExpiry(session), now);
      await timers.arm(session, instant).catch((error) => fail(record, error));
    });
    await Promise.all(armed);
  }
  const told = changes.flatMap(({ record, change }) => {
    const event = toEvent(change);
    return event && !failed.has(record) ? [{ record, event }] : [];
  });
  const results = await bus.put(told.map(({ event }) => event));
  for (const [index, { record }] of told.entries()) {
    const failure = results[index];
    if (failure) fail(record, failure);
  }
  return records.filter((record) => failed.has(record));
}

function toEvent(change: Change): SessionEvent | undefined {
  if (change.kind === 'removed') return removedEvent(change.session, change.at, change.isPurge);
  return change.kind === 'created' ? createdEvent(change.session) : undefined;
}
