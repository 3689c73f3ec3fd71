/** DELETE /api/messaging/sessions/{sessionId}: deletes a session, also an expired one. */
import { sessionNotFound } from './http/errors.ts';
import { parseReference } from './http/request.ts';
import { ok, respond } from './http/respond.ts';
import { count } from './observability/metrics.ts';
import { removeSession } from './session/store/remove.ts';
import { sessionsTable } from './session/store/table.ts';

const table = sessionsTable();

/** Answers 200, 404 or 500. */
export const handler = respond(async (event) => {
  const reference = parseReference(event);
  if (!(await removeSession(table, reference))) throw sessionNotFound();
  count('SessionsDeleted');
  return ok({ success: true, message: `Session ${reference.sessionId} deleted successfully` });
});
