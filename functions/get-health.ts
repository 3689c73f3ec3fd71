/** GET /api/messaging/sessions/health: whether the table responds now. */
import { COUNT_SESSIONS } from './aws/environment.ts';
import { serve } from './http/serve.ts';
import { itemCount } from './session/store/describe.ts';
import { probeTable } from './session/store/probe.ts';

/** 200 when the table has responded, else 503. `activeSessions` is DynamoDB's own, approximate item count. */
export const handler = await serve((table) => {
  const countItems = COUNT_SESSIONS.read() === 'on' ? itemCount(table) : async () => 0;
  return async () => {
    const [failure, count] = await Promise.all([
      probeTable(table).then(
        () => undefined,
        (error: unknown) => error ?? new Error('The probe failed'),
      ),
      countItems(),
    ]);
    const isHealthy = failure === undefined;
    return {
      status: isHealthy ? 200 : 503,
      body: {
        status: isHealthy ? 'healthy' : 'unhealthy',
        activeSessions: isHealthy ? count : 0,
        timestamp: new Date().toISOString(),
        uptime: process.uptime(),
      },
      failure,
    };
  };
});
