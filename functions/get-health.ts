/** GET /api/messaging/sessions/health: whether the sessions can be reached now. */

import { hasOwners } from './http/request.ts';
import { respond } from './http/respond.ts';
import { logFailure } from './observability/log.ts';
import { countItems } from './session/store/count.ts';
import { sessionsTable } from './session/store/table.ts';

const table = sessionsTable(process.env);

/** Answers 200 when the table has answered, else 503. `activeSessions` is DynamoDB's own, approximate count of items. */
export const handler = respond(async (event, { awsRequestId }) => {
  const count = await countItems(table).catch((error: unknown) => {
    const { requestId } = event.requestContext;
    logFailure(error, { requestId, functionRequestId: awsRequestId, event });
    return undefined;
  });
  const isHealthy = count !== undefined;
  return {
    status: isHealthy ? 200 : 503,
    body: {
      status: isHealthy ? 'healthy' : 'unhealthy',
      // How many sessions others have is nothing for callers with sessions of their own.
      activeSessions: hasOwners ? 0 : (count ?? 0),
      timestamp: new Date().toISOString(),
      uptime: process.uptime(),
    },
  };
});
