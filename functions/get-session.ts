/** GET /api/messaging/sessions/{sessionId}: a session, its expiry and its remaining time. Read-only. */
import { parseReference } from './http/request.ts';
import { ok } from './http/respond.ts';
import { serve } from './http/serve.ts';
import { toSessionInfo } from './http/session-info.ts';
import { assertAlive } from './session/lifecycle.ts';
import { getSession } from './session/store/get.ts';

/** 200 with the session, 404, 410 for as long as an expired session's item exists, or 500. */
export const handler = await serve((table) => async (event) => {
  const session = await getSession(table, parseReference(event));
  return ok(toSessionInfo(assertAlive(session, Date.now())));
});
