/** A table's stream: delivers its changes as records to a function, in order, with retries. */

import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { matches } from '../events/pattern.ts';
import type { LocalFunction } from '../lambda/lambda.ts';
import type { StreamDefinition } from '../stack/stack-definition.ts';
import type { TableChange } from './embedded-dynamodb.ts';

export interface StreamOptions {
  definition: StreamDefinition;
  run: Pick<LocalFunction, 'invoke'>;
  /** Epoch milliseconds. */
  now(): number;
  /** Receives a line for each record that failed after all retries. */
  report(line: string): void;
  /** The wait before a record's second attempt, in milliseconds; doubles with each further one. */
  waitMs?: number;
}

interface StreamRecord {
  eventID: string;
  eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  eventSource: 'aws:dynamodb';
  dynamodb: {
    /** Seconds. */
    ApproximateCreationDateTime: number;
    NewImage?: object;
    OldImage?: object;
    SequenceNumber: string;
    StreamViewType: 'NEW_AND_OLD_IMAGES';
  };
}

const ATTEMPTS = 5;

export class Stream {
  readonly #options: StreamOptions;
  readonly #records: StreamRecord[] = [];
  readonly #stopping = new AbortController();
  #sequence = 0;
  #delivering: Promise<void> | undefined;

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  add({ before, after }: TableChange): void {
    // DynamoDB has no record of a write that changes nothing.
    if (isDeepStrictEqual(before ?? undefined, after ?? undefined)) return;
    this.#sequence += 1;
    const record: StreamRecord = {
      eventID: String(this.#sequence),
      eventName: !before ? 'INSERT' : after ? 'MODIFY' : 'REMOVE',
      eventSource: 'aws:dynamodb',
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(this.#options.now() / 1000),
        ...(after && { NewImage: after }),
        ...(before && { OldImage: before }),
        SequenceNumber: String(this.#sequence).padStart(21, '0'),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    };
    if (!this.#options.definition.filters.some((filter) => matches(filter, record))) return;
    this.#records.push(record);
    this.#delivering ??= this.#deliver().finally(() => {
      this.#delivering = undefined;
    });
  }

  /** Resolves when every record was accepted or dropped. */
  async settle(): Promise<void> {
    while (this.#delivering) await this.#delivering;
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    this.#records.length = 0;
    await this.#delivering;
  }

  async #deliver(): Promise<void> {
    const { definition, run, report, waitMs = 200 } = this.#options;
    let [size, attempts] = [definition.batchSize, 0];
    while (this.#records.length > 0 && !this.#stopping.signal.aborted) {
      const batch = this.#records.slice(0, size);
      const accepted = await countAccepted(run, batch);
      this.#records.splice(0, accepted);
      if (accepted === batch.length) {
        [size, attempts] = [definition.batchSize, 0];
        continue;
      }
      // Bisect, as Lambda does, until the failing record is alone.
      size = accepted > 0 ? definition.batchSize : Math.max(1, Math.floor(batch.length / 2));
      if (accepted > 0 || batch.length > 1) continue;
      attempts += 1;
      if (attempts === ATTEMPTS) {
        report(`${definition.functionName}: gave up a record of the stream after ${ATTEMPTS} attempts`);
        this.#records.shift();
        attempts = 0;
      } else {
        const { signal } = this.#stopping;
        await delay(waitMs * 2 ** (attempts - 1), undefined, { signal }).catch(() => {});
      }
    }
  }
}

/** The number of records before the first failed one. */
async function countAccepted(run: Pick<LocalFunction, 'invoke'>, batch: StreamRecord[]): Promise<number> {
  try {
    const result = (await run.invoke({ Records: batch })) as
      | { batchItemFailures?: { itemIdentifier: string }[] }
      | undefined;
    const failed = result?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier) ?? [];
    const first = batch.findIndex(({ dynamodb }) => failed.includes(dynamodb.SequenceNumber));
    return first === -1 ? batch.length : first;
  } catch {
    return 0;
  }
}
