/** DELETE /api/messaging/sessions/{sessionId}: deletes a session, also an expired one. */
import { parseReference } from './http/request.ts';
import { ok } from './http/respond.ts';
import { serve } from './http/serve.ts';
import { deleteSession } from './session/store/delete.ts';

/** 200, 404 or 500. */
export const handler = await serve((table) => async (event) => {
  const reference = parseReference(event);
  await deleteSession(table, reference);
  const message = `Session ${reference.sessionId} deleted successfully`;
  return ok({ success: true, message }, ['SessionsDeleted', 1]);
});
