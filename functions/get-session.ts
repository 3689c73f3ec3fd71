/** GET /api/messaging/sessions/{sessionId}: a session, its expiry and its remaining time. Read-only. */
import { sessionExpired, sessionNotFound } from './http/errors.ts';
import { parseReference } from './http/request.ts';
import { type Handler, ok, respond } from './http/respond.ts';
import { toSessionInfo } from './http/session-info.ts';
import { rehearse } from './http/warm-up.ts';
import { findSession } from './session/store/find.ts';
import { type SessionsTable, sessionsTable } from './session/store/table.ts';
import { computeTiming } from './session/timing.ts';

const table = sessionsTable();

/** Answers 200 with the session, 404, 410 for as long as an expired session's item exists, or 500. */
export const handler = getSession(table);

await rehearse(table, getSession);

function getSession(on: SessionsTable): Handler {
  return respond(async (event) => {
    const session = await findSession(on, parseReference(event));
    if (!session) throw sessionNotFound();
    const timing = computeTiming(session, Date.now());
    if (timing.isExpired) throw sessionExpired(timing.expiresAt);
    return ok(toSessionInfo(session, timing));
  });
}
