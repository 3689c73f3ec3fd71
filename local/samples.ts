/** Sessions in each state that a client can meet, for a table that the local host has created. */
import { isDeepStrictEqual } from 'node:util';
import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  PutCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Session } from '../functions/session/session.ts';
import { toItem } from '../functions/session/store/item.ts';
import { ELIZAOS_DEFAULTS } from '../functions/session/timeout-config.ts';
import { MINUTE_MS } from '../functions/session/timing.ts';

/** User and agent of the sample sessions. */
export const SAMPLE_USER_ID = '9b2d7c61-8d5e-4a34-b1f7-6c0e5a9d3f12';
export const SAMPLE_AGENT_ID = '3c90c3cc-0d44-4b50-8888-8dd25736052a';

interface Sample {
  sessionId: string;
  /** Its age when it is written, in minutes. */
  age: number;
  /** How long it may be left then, in minutes: it is in the state of its name for longer. */
  holds: number;
  fields(now: number): Partial<Session>;
}

const { maxDurationMinutes } = ELIZAOS_DEFAULTS;

const SAMPLES: Sample[] = [
  {
    ...{ sessionId: 'fresh', age: 0, holds: 20 },
    fields: () => ({ channelId: 'f3e0fef9-38bf-441b-b467-6f5e8489dac2' }),
  },
  { ...{ sessionId: 'near-expiry', age: 27, holds: 2 }, fields: () => ({}) },
  {
    ...{ sessionId: 'expired', age: 60, holds: 12 * 60 },
    fields: (now) => ({ lastActivity: now - 45 * MINUTE_MS }),
  },
  {
    ...{ sessionId: 'no-auto-renew', age: 10, holds: 10 },
    fields: (now) => ({
      lastActivity: now,
      timeoutConfig: { ...ELIZAOS_DEFAULTS, autoRenew: false },
    }),
  },
  {
    ...{ sessionId: 'at-maximum', age: maxDurationMinutes - 10, holds: 4 },
    fields: (now) => ({ lastActivity: now, renewedAt: now, renewalCount: 41 }),
  },
];

function build({ sessionId, age, fields }: Sample, now: number): Session {
  const createdAt = now - age * MINUTE_MS;
  return {
    sessionId,
    agentId: SAMPLE_AGENT_ID,
    userId: SAMPLE_USER_ID,
    createdAt,
    lastActivity: createdAt,
    metadata: { channel: 'web', locale: 'en' },
    timeoutConfig: { ...ELIZAOS_DEFAULTS },
    renewalCount: 0,
    ...fields(now),
  };
}

/** @param now epoch milliseconds. */
export const sampleSessions = (now: number): Session[] => SAMPLES.map((sample) => build(sample, now));

export async function putSessions(
  client: DynamoDBClient,
  tableName: string,
  sessions: Session[],
): Promise<void> {
  const document = DynamoDBDocumentClient.from(client);
  await document.send(
    new BatchWriteCommand({
      RequestItems: { [tableName]: sessions.map((session) => ({ PutRequest: { Item: toItem(session) } })) },
    }),
  );
}

/** The samples are looked at so often at most, in milliseconds of the host's clock. */
const LOOK_MS = MINUTE_MS / 2;

/** Keeps each sample in the state of its name, for as long as nobody has changed it. */
export class SampleKeeper {
  readonly #document: DynamoDBDocumentClient;
  readonly #tableName: string;
  readonly #now: () => number;
  /** Left alone: somebody wants to see them expire. */
  readonly #released = new Set<string>();
  readonly #purged = new Set<string>();
  #lookedAt = Number.NaN;
  #looking: Promise<void> = Promise.resolve();

  /** @param now epoch milliseconds. */
  constructor(client: DynamoDBClient, tableName: string, now: () => number) {
    this.#document = DynamoDBDocumentClient.from(client);
    this.#tableName = tableName;
    this.#now = now;
  }

  /** To be awaited before each request. Writes only what would leave its state soon. */
  keep(): Promise<void> {
    const age = this.#now() - this.#lookedAt;
    if (age >= 0 && age < LOOK_MS) return this.#looking;
    this.#lookedAt = this.#now();
    // Where the table can't be used, the request itself will say so.
    this.#looking = this.#renew(this.#lookedAt).catch(() => {});
    return this.#looking;
  }

  /** Has what was purged, to bring it back when the time is. */
  notePurged(sessionId: string): void {
    if (SAMPLES.some((sample) => sample.sessionId === sessionId)) this.#purged.add(sessionId);
  }

  /** Leaves this one alone, if it is a sample. */
  release(sessionId: string): void {
    this.#released.add(sessionId);
  }

  /** Keeps again what was released, and writes again what has been purged since. */
  async restore(): Promise<void> {
    const now = this.#now();
    this.#released.clear();
    const purged = SAMPLES.filter(({ sessionId }) => this.#purged.delete(sessionId));
    await Promise.all(purged.map((sample) => this.#write(sample, now, 'attribute_not_exists(sessionId)')));
    this.#lookedAt = Number.NaN;
    await this.keep();
  }

  async #renew(now: number): Promise<void> {
    const request = { Keys: SAMPLES.map(({ sessionId }) => ({ sessionId })), ConsistentRead: true };
    const { Responses: found } = await this.#document.send(
      new BatchGetCommand({ RequestItems: { [this.#tableName]: request } }),
    );
    const items = found?.[this.#tableName] ?? [];
    await Promise.all(
      SAMPLES.map(async (sample) => {
        const item = items.find(({ sessionId }) => sessionId === sample.sessionId);
        if (!item || this.#released.has(sample.sessionId)) return;
        const writtenAt = Date.parse(item['createdAt']) + sample.age * MINUTE_MS;
        const held = now - writtenAt;
        if (held >= 0 && held < sample.holds * MINUTE_MS) return;
        if (!isDeepStrictEqual(item, toStored(sample, writtenAt))) return;
        // A request of a moment ago may have changed it.
        const isUnchanged = 'lastActivity = :seen AND attribute_not_exists(version)';
        await this.#write(sample, now, isUnchanged, { ':seen': item['lastActivity'] });
      }),
    );
  }

  async #write(
    sample: Sample,
    now: number,
    condition: string,
    values?: Record<string, unknown>,
  ): Promise<void> {
    try {
      await this.#document.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: toStored(sample, now),
          ConditionExpression: condition,
          ...(values && { ExpressionAttributeValues: values }),
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}

function toStored(sample: Sample, now: number): Record<string, unknown> {
  const session = build(sample, now);
  // As it is read.
  return { ...toItem(session), metadata: session.metadata };
}
