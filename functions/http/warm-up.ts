/**
 * What a function does in its init so that its first request need not. Lambda gives a function a whole CPU
 * during init and its memory's share of one afterwards: at 256 MB a seventh.
 */

import { OWNER_CLAIM } from '../aws/environment.ts';
import { silently } from '../observability/log-line.ts';
import type { Session } from '../session/session.ts';
import { rehearsalTable } from '../session/store/rehearsal.ts';
import type { SessionsTable } from '../session/store/table.ts';
import { SAMPLE_ID, warmUpRead } from '../session/store/warm-up.ts';
import type { Handler } from './respond.ts';

/**
 * Opens the connection to DynamoDB, and runs the route once on a session that exists only here, so that V8
 * has compiled all of the way that a request takes. Delays an init by at most WARM_UP_DEADLINE_MS and never
 * fails it.
 * @param routeWith the route's handler, with this in the place of its read.
 */
export async function warmUp(
  table: SessionsTable,
  routeWith: (find: () => Promise<Session>) => Handler,
): Promise<void> {
  const session = await warmUpRead(table, OWNER_CLAIM.read() !== undefined);
  if (session) await routeWith(async () => session)(SAMPLE_EVENT, { awsRequestId: 'warm-up' });
}

/**
 * As warmUp, for any route: runs it once on a table whose answers exist only here, and from which nothing is
 * logged or counted. One call is sent, of half a read unit or one write unit.
 * @param request what the route needs of an event besides the path.
 */
export const rehearse = (
  table: SessionsTable,
  route: (table: SessionsTable) => Handler,
  request: { body?: object; query?: Record<string, string> } = {},
): Promise<void> =>
  silently(() => route(rehearsalTable(table))(buildEvent(request), { awsRequestId: 'warm-up' }));

function buildEvent({ body, query }: { body?: object; query?: Record<string, string> }) {
  return {
    // No session has such an id.
    pathParameters: { sessionId: ' ' },
    ...(query && { queryStringParameters: query }),
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    requestContext: {
      requestId: 'warm-up',
      authorizer: { jwt: { claims: { [OWNER_CLAIM.read() ?? '']: SAMPLE_ID } } },
    },
  } as unknown as Parameters<Handler>[0];
}

/** As much of an event as the routes read. */
const SAMPLE_EVENT = {
  pathParameters: { sessionId: 'warm-up' },
  requestContext: { requestId: 'warm-up' },
} as unknown as Parameters<Handler>[0];
