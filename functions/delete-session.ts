/** DELETE /api/messaging/sessions/{sessionId}: deletes a session, also an expired one. */
import { sessionNotFound } from './http/errors.ts';
import { parseReference } from './http/request.ts';
import { type Handler, ok, respond } from './http/respond.ts';
import { rehearse } from './http/warm-up.ts';
import { count } from './observability/metrics.ts';
import { removeSession } from './session/store/remove.ts';
import { type SessionsTable, sessionsTable } from './session/store/table.ts';

const table = sessionsTable();

/** Answers 200, 404 or 500. */
export const handler = deleteSession(table);

await rehearse(table, deleteSession);

function deleteSession(on: SessionsTable): Handler {
  return respond(async (event) => {
    const reference = parseReference(event);
    if (!(await removeSession(on, reference))) throw sessionNotFound();
    count('SessionsDeleted');
    return ok({ success: true, message: `Session ${reference.sessionId} deleted successfully` });
  });
}
