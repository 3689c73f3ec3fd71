/**
 * What a function does in its init so that its first request need not. Lambda gives a function a whole CPU
 * during init and its memory's share of one afterwards: at 256 MB a seventh.
 */
import { OWNER_CLAIM } from '../aws/environment.ts';
import { silently } from '../observability/log-line.ts';
import { rehearsalTable, SAMPLE_ID } from '../session/store/rehearsal.ts';
import type { SessionsTable } from '../session/store/table.ts';
import type { Handler } from './respond.ts';

/**
 * Runs the route once, so that V8 has compiled all of the way that a request takes and the connection is
 * open. Its answers exist only here, and nothing is logged or counted. Delays an init by at most
 * WARM_UP_DEADLINE_MS and never fails it.
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
    pathParameters: { sessionId: SAMPLE_ID },
    ...(query && { queryStringParameters: query }),
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    requestContext: {
      requestId: 'warm-up',
      authorizer: { jwt: { claims: { [OWNER_CLAIM.read() ?? '']: SAMPLE_ID } } },
    },
  } as unknown as Parameters<Handler>[0];
}
