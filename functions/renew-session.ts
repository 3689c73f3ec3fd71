/** POST /api/messaging/sessions/{sessionId}/renew: restarts the idle timeout, also without autoRenew. */
import { answerStep } from './http/change.ts';
import { type Handler, respond } from './http/respond.ts';
import { rehearse } from './http/warm-up.ts';
import { renew } from './session/lifecycle.ts';
import { type SessionsTable, sessionsTable } from './session/store/table.ts';

const table = sessionsTable();

/** Answers 200 with the session, 404, 409, 410 or 500. The body is ignored. */
export const handler = renewSession(table);

await rehearse(table, renewSession);

function renewSession(on: SessionsTable): Handler {
  return respond((event) => answerStep(on, event, renew));
}
