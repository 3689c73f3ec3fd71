/** Sessions in each state that a client can meet, for a table that the local host has just created. */
import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Session } from '../functions/session/session.ts';
import { toItem } from '../functions/session/store/item.ts';
import { ELIZAOS_DEFAULTS } from '../functions/session/timeout-config.ts';
import { MINUTE_MS } from '../functions/session/timing.ts';

/** User and agent of the sample sessions. */
export const SAMPLE_USER_ID = '9b2d7c61-8d5e-4a34-b1f7-6c0e5a9d3f12';
export const SAMPLE_AGENT_ID = '3c90c3cc-0d44-4b50-8888-8dd25736052a';

/** @param now epoch milliseconds. */
export function sampleSessions(now: number): Session[] {
  const minutesAgo = (minutes: number) => now - minutes * MINUTE_MS;
  const session = (sessionId: string, fields: Partial<Session>): Session => ({
    sessionId,
    agentId: SAMPLE_AGENT_ID,
    userId: SAMPLE_USER_ID,
    createdAt: now,
    lastActivity: now,
    metadata: { channel: 'web', locale: 'en' },
    timeoutConfig: { ...ELIZAOS_DEFAULTS },
    renewalCount: 0,
    ...fields,
  });
  const { maxDurationMinutes } = ELIZAOS_DEFAULTS;
  return [
    session('fresh', { channelId: randomUUID() }),
    session('near-expiry', { createdAt: minutesAgo(27), lastActivity: minutesAgo(27) }),
    session('expired', { createdAt: minutesAgo(60), lastActivity: minutesAgo(45) }),
    session('no-auto-renew', {
      createdAt: minutesAgo(10),
      timeoutConfig: { ...ELIZAOS_DEFAULTS, autoRenew: false },
    }),
    session('at-maximum', {
      createdAt: minutesAgo(maxDurationMinutes - 10),
      renewedAt: now,
      renewalCount: 41,
    }),
  ];
}

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
