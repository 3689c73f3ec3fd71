/** GET /api/messaging/sessions/{sessionId}: a session, when it ends and what remains of it. Writes nothing. */
import { sessionExpired, sessionNotFound } from './http/errors.ts';
import { type Handler, ok, respond } from './http/respond.ts';
import { toSessionInfo } from './session/session.ts';
import { type SessionStore, sessionStore } from './session/store.ts';
import { timingOf } from './session/timing.ts';
import { warmUp } from './warm-up.ts';

const sessions = sessionStore(process.env);

/** Answers 200 with the session, 404, 410 for as long as an expired session's item exists, or 500. */
export const handler = getSession(sessions);

await warmUp(sessions, getSession);

function getSession({ find }: Pick<SessionStore, 'find'>): Handler {
  return respond(async (event) => {
    const session = await find(event.pathParameters?.['sessionId'] ?? '');
    if (!session) throw sessionNotFound();
    const timing = timingOf(session, Date.now());
    if (timing.isExpired) throw sessionExpired(timing.expiresAt);
    return ok(toSessionInfo(session, timing));
  });
}
