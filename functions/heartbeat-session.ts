/** POST /api/messaging/sessions/{sessionId}/heartbeat: reports activity. */
import { answerStep } from './http/change.ts';
import { respond } from './http/respond.ts';
import { heartbeat } from './session/lifecycle.ts';
import { sessionsTable } from './session/store/table.ts';

const table = sessionsTable();

/** Answers 200 with the session, 404, 409, 410 or 500. The body is ignored. */
export const handler = respond((event) => answerStep(table, event, heartbeat));
