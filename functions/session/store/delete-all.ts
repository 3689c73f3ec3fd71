/** Deletes every session of a user or of an agent, so many at a time. */
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
} from '@aws-sdk/client-dynamodb';
import { CALL_DEADLINE_MS, monotonicNow, withDeadline } from '../../aws/deadlines.ts';
import { findKeys, type IndexedBy, type KeySource, type PageKey } from './keys.ts';
import type { SessionsTable } from './table.ts';

/** Bounds of one call: sessions deleted, and milliseconds. */
export const MAX_DELETED = 100;
export const MAX_DELETING_MS = 3000;

const CONCURRENCY = 10;

/** DynamoDB's limit for the keys of one BatchGetItem. */
const MAX_BATCH = 100;

/** A session must have this value in this attribute. */
export type Named = readonly [attribute: IndexedBy, value: string];

export interface Deletion {
  deleted: number;
  /** Whether there may be more. */
  remaining: boolean;
}

/**
 * Deletes what has all of `attributes`, found in the index of the first. Each delete has them as its
 * condition: an index may be behind, and names sessions that have become another's or are gone.
 * @throws the SDK's errors when DynamoDB does not answer.
 */
export async function deleteSessions(
  table: SessionsTable,
  attributes: readonly [Named, ...Named[]],
): Promise<Deletion> {
  const [[attribute, value], ...others] = attributes;
  const source: KeySource = { kind: 'index', attribute, value };
  const started = monotonicNow();
  const isOver = () => monotonicNow() - started >= MAX_DELETING_MS;
  return await withDeadline(CALL_DEADLINE_MS, async (abortSignal) => {
    let deleted = 0;
    let after: PageKey | undefined;
    for (let round = 0; ; round += 1) {
      const { keys: found, next } = await findKeys(
        table,
        source,
        { limit: MAX_DELETED, round, after },
        abortSignal,
      );
      const keys = await keepThose(table, found, others, abortSignal);
      while (keys.length > 0) {
        if (deleted === MAX_DELETED || isOver()) return { deleted, remaining: true };
        const batch = keys.splice(0, Math.min(CONCURRENCY, MAX_DELETED - deleted));
        const outcomes = await Promise.all(
          batch.map((key) => deleteOne(table, key, attributes, abortSignal)),
        );
        deleted += outcomes.filter((isDeleted) => isDeleted).length;
      }
      if (next === undefined) return { deleted, remaining: false };
      if (deleted === MAX_DELETED || isOver()) return { deleted, remaining: true };
      after = next;
    }
  });
}

/**
 * The keys of what has these attributes too, which the index does not have. A read for a hundred takes a
 * fraction of the time and the units of a hundred deletes whose condition fails.
 */
async function keepThose(
  { client, settings }: SessionsTable,
  keys: readonly PageKey[],
  attributes: readonly Named[],
  abortSignal: AbortSignal,
): Promise<PageKey[]> {
  if (attributes.length === 0) return [...keys];
  const { tableName } = settings();
  const kept: PageKey[] = [];
  for (let start = 0; start < keys.length; start += MAX_BATCH) {
    const batch = keys.slice(start, start + MAX_BATCH);
    const command = new BatchGetItemCommand({
      RequestItems: {
        [tableName]: {
          Keys: batch.map(({ sessionId = '' }) => ({ sessionId: { S: sessionId } })),
          ProjectionExpression: ['sessionId', ...attributes.map(([name]) => name)].join(', '),
        },
      },
    });
    const { Responses: answered, UnprocessedKeys: unanswered } = await client.send(command, { abortSignal });
    const wanted = (answered?.[tableName] ?? []).filter((item) =>
      attributes.every(([name, value]) => item[name]?.S === value),
    );
    // The condition of its delete decides about what a throttled table did not answer.
    const left = [...wanted, ...(unanswered?.[tableName]?.Keys ?? [])].map((item) => item['sessionId']?.S);
    kept.push(...batch.filter(({ sessionId }) => left.includes(sessionId)));
  }
  return kept;
}

async function deleteOne(
  { client, settings }: SessionsTable,
  { sessionId = '' }: PageKey,
  attributes: readonly Named[],
  abortSignal: AbortSignal,
): Promise<boolean> {
  const command = new DeleteItemCommand({
    TableName: settings().tableName,
    Key: { sessionId: { S: sessionId } },
    ConditionExpression: attributes.map(([name]) => `${name} = :${name}`).join(' AND '),
    ExpressionAttributeValues: Object.fromEntries(
      attributes.map(([name, value]) => [`:${name}`, { S: value }]),
    ),
  });
  try {
    await client.send(command, { abortSignal });
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
