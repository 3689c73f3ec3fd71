/** A table, a bus and timers in memory, for tests of events: everything that AWS does between the functions. */
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import type { EventBus } from '../../functions/events/bus.ts';
import { expire } from '../../functions/events/expire.ts';
import { publishRecords } from '../../functions/events/publish.ts';
import type { TimerInput, Timers } from '../../functions/events/timers.ts';
import type { SessionEvent } from '../../functions/session/event.ts';
import type { Session } from '../../functions/session/session.ts';
import type { Item } from '../../functions/session/store/dynamodb.ts';
import { toItem } from '../../functions/session/store/item.ts';
import { REARM_ATTRIBUTE } from '../../functions/session/store/rearm.ts';
import { ELIZAOS_DEFAULTS } from '../../functions/session/timeout-config.ts';
import { timerName } from '../../functions/session/timer.ts';
import { STREAM_FILTERS } from '../../infra/events/stream-filters.ts';
import { matches } from '../../local/events/pattern.ts';

export interface Stored {
  session: Session;
  version: number;
  rearm?: '0' | '1';
}

const toImage = ({ session, version, rearm }: Stored): Item =>
  marshall(
    { ...toItem(session), version, ...(rearm && { [REARM_ATTRIBUTE]: rearm }) },
    { removeUndefinedValues: true },
  );

export class EventWorld {
  now: number;
  readonly table = new Map<string, Stored>();
  /** Records that passed the filters and were not published yet. */
  readonly stream: DynamoDBRecord[] = [];
  readonly timers = new Map<string, TimerInput>();
  readonly told: { event: SessionEvent; now: number }[] = [];
  /** Called within an expiry between its read and its fence: where writes of others land. */
  beforeFence: () => void = () => {};
  /** Milliseconds of a function's clock before the real time. */
  skew = 0;

  constructor(now: number) {
    this.now = now;
  }

  /** Stores, or deletes with `undefined`; the stream has the change if a filter lets it through. */
  write(sessionId: string, after: Stored | undefined, isByService = false): void {
    const before = this.table.get(sessionId);
    if (after) this.table.set(sessionId, after);
    else this.table.delete(sessionId);
    const record = {
      eventName: !before ? 'INSERT' : after ? 'MODIFY' : 'REMOVE',
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(this.now / 1000),
        ...(after && { NewImage: toImage(after) }),
        ...(before && { OldImage: toImage(before) }),
      },
      ...(isByService && { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }),
    } as DynamoDBRecord;
    if (STREAM_FILTERS.some((filter) => matches(filter, record))) this.stream.push(record);
  }

  readonly bus: EventBus = {
    put: async (events) => {
      for (const event of events) this.told.push({ event, now: this.now });
      return events.map(() => undefined);
    },
  };

  readonly arming: Timers = {
    arm: async ({ sessionId, createdAt }, instant) => {
      // A schedule in the past is rejected; the name of a schedule that is there is a conflict.
      if (instant <= this.now) throw new Error('ValidationException');
      const name = timerName({ sessionId, createdAt }, instant);
      if (!this.timers.has(name)) this.timers.set(name, { sessionId, createdAt, instant });
    },
  };

  /** Delivers what the stream has. @param isTwice the batch is delivered again. */
  async publish(isTwice = false): Promise<void> {
    const records = this.stream.splice(0);
    for (let delivery = 0; delivery < (isTwice ? 2 : 1); delivery += 1) {
      const failed = await publishRecords(records, {
        bus: this.bus,
        timers: this.arming,
        defaults: ELIZAOS_DEFAULTS,
        now: this.now + this.skew,
        report: () => {},
      });
      this.stream.push(...failed);
    }
  }

  /** Fires every timer that is due. @param isTwice each fires twice. */
  async fire(isTwice = false): Promise<void> {
    for (const [name, input] of [...this.timers].filter(([, { instant }]) => instant <= this.now)) {
      this.timers.delete(name);
      for (let firing = 0; firing < (isTwice ? 2 : 1); firing += 1) await this.#expire(input);
    }
  }

  #expire(input: TimerInput): Promise<void> {
    return expire(input, {
      read: async (sessionId) => {
        const stored = this.table.get(sessionId);
        return stored && { session: stored.session, item: toImage(stored) };
      },
      fence: async ({ session, item }) => {
        this.beforeFence();
        const stored = this.table.get(session.sessionId);
        if (!stored || String(stored.version) !== item['version']?.N) return false;
        this.write(session.sessionId, { ...stored, version: stored.version + 1 });
        return true;
      },
      bus: this.bus,
      timers: this.arming,
      now: () => this.now + this.skew,
    });
  }
}
