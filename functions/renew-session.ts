/** POST /api/messaging/sessions/{sessionId}/renew: restarts the idle timeout. */
import { parseReference } from './http/request.ts';
import { ok } from './http/respond.ts';
import { serve } from './http/serve.ts';
import { toSessionInfo } from './http/session-info.ts';
import { renew } from './session/lifecycle.ts';
import { updateSession } from './session/store/update.ts';

/** 200 with the session, 404, 409, 410 or 500. The body is ignored. */
export const handler = await serve((table) => async (event) => {
  return ok(toSessionInfo(await updateSession(table, parseReference(event), renew)));
});
