/** POST /api/messaging/sessions/{sessionId}/heartbeat: reports activity. */
import { answerStep } from './http/change.ts';
import { type Handler, respond } from './http/respond.ts';
import { rehearse } from './http/warm-up.ts';
import { heartbeat } from './session/lifecycle.ts';
import { type SessionsTable, sessionsTable } from './session/store/table.ts';

const table = sessionsTable();

/** Answers 200 with the session, 404, 409, 410 or 500. The body is ignored. */
export const handler = heartbeatSession(table);

await rehearse(table, heartbeatSession);

function heartbeatSession(on: SessionsTable): Handler {
  return respond((event) => answerStep(on, event, heartbeat));
}
