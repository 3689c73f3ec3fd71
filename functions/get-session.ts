/** GET /api/messaging/sessions/{sessionId}: a session, when it ends and what remains of it. Writes nothing. */
import { sessionExpired, sessionNotFound } from './http/errors.ts';
import { ok, respond } from './http/respond.ts';
import { toSessionInfo } from './session/session.ts';
import { sessionStore } from './session/store.ts';
import { timingOf } from './session/timing.ts';

const sessions = sessionStore(process.env);

/** Answers 200 with the session, 404, 410 for as long as an expired session's item exists, or 500. */
export const handler = respond(async (event) => {
  const session = await sessions.find(event.pathParameters?.['sessionId'] ?? '');
  if (!session) throw sessionNotFound();
  const timing = timingOf(session, Date.now());
  if (timing.isExpired) throw sessionExpired(timing.expiresAt);
  return ok(toSessionInfo(session, timing));
});
