/**
 * What a function does in its init so that its first request need not. Lambda gives a function a whole CPU during init
 * and its memory's share of one afterwards: at 256 MB a seventh.
 */

import { parseSession, type Session } from '../session/session.ts';
import { openConnection } from '../session/store/open-connection.ts';
import type { SessionsTable } from '../session/store/table.ts';
import { ELIZAOS_DEFAULTS } from '../session/timeout-config.ts';
import type { Handler } from './respond.ts';

/**
 * Opens the connection to DynamoDB, and runs the route once on a session that exists only here, so that V8 has compiled
 * all of the way that a request takes. Delays an init by at most WARM_UP_DEADLINE_MS and never fails it.
 * @param routeWith the route's handler, with this in the place of its read.
 */
export async function warmUp(
  table: SessionsTable,
  routeWith: (find: () => Promise<Session>) => Handler,
): Promise<void> {
  await openConnection(table);
  const handler = routeWith(async () => parseSession(sampleItem(), ELIZAOS_DEFAULTS));
  await handler(SAMPLE_EVENT, { awsRequestId: 'warm-up' });
}

const SAMPLE_ID = '00000000-0000-4000-8000-000000000000';

function sampleItem(): Record<string, unknown> {
  const now = new Date().toISOString();
  return {
    sessionId: SAMPLE_ID,
    agentId: SAMPLE_ID,
    userId: SAMPLE_ID,
    createdAt: now,
    lastActivity: now,
    metadata: { sample: true },
    timeoutConfig: { ...ELIZAOS_DEFAULTS },
  };
}

/** As much of an event as the routes read. */
const SAMPLE_EVENT = {
  pathParameters: { sessionId: SAMPLE_ID },
  requestContext: { requestId: 'warm-up' },
} as unknown as Parameters<Handler>[0];
