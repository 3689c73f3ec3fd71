/** GET /api/messaging/sessions/health: whether the table answers now. */

import { COUNT_SESSIONS } from './aws/environment.ts';
import { type Handler, respond } from './http/respond.ts';
import { rehearse } from './http/warm-up.ts';
import { logFailure } from './observability/log.ts';
import { itemCount } from './session/store/count.ts';
import { probeTable } from './session/store/probe.ts';
import { type SessionsTable, sessionsTable } from './session/store/table.ts';

const table = sessionsTable();

/**
 * Answers 200 when the table has answered, else 503. `activeSessions` is DynamoDB's own, approximate count of
 * items.
 */
export const handler = getHealth(table);

await rehearse(table, getHealth);

function getHealth(on: SessionsTable): Handler {
  const countItems = COUNT_SESSIONS.read() === 'on' ? itemCount(on) : async () => 0;
  return respond(async (event, { awsRequestId }) => {
    const [isHealthy, activeSessions] = await Promise.all([
      probeTable(on).then(
        () => true,
        (error: unknown) => {
          const { requestId } = event.requestContext;
          logFailure(error, { requestId, functionRequestId: awsRequestId, event });
          return false;
        },
      ),
      countItems(),
    ]);
    return {
      status: isHealthy ? 200 : 503,
      body: {
        status: isHealthy ? 'healthy' : 'unhealthy',
        activeSessions: isHealthy ? activeSessions : 0,
        timestamp: new Date().toISOString(),
        uptime: process.uptime(),
      },
    };
  });
}
