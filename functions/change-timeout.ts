/**
 * PATCH /api/messaging/sessions/{sessionId}/timeout: changes timeout settings; absent ones keep their value.
 */
import { jsonBody } from './http/body.ts';
import { answerStep } from './http/change.ts';
import { validationError } from './http/errors.ts';
import { checkMaximum, parseTimeoutPatch } from './http/request-bodies.ts';
import { respond } from './http/respond.ts';
import { readTimeoutBounds } from './http/timeout-bounds.ts';
import { changeTimeout } from './session/lifecycle.ts';
import { sessionsTable } from './session/store/table.ts';
import { computeTiming } from './session/timing.ts';

const table = sessionsTable();

/** Answers 200 with the session, 400, 404, 409, 410 or 500. The same PATCH again changes nothing. */
export const handler = respond(async (event) => {
  const patch = parseTimeoutPatch(jsonBody(event), readTimeoutBounds());
  return await answerStep(table, event, (session, now) => {
    const changed = changeTimeout(session, patch);
    checkMaximum(patch, changed.timeoutConfig);
    if (changed === session) return session;
    const { isExpired, expiresAt } = computeTiming(changed, now);
    if (isExpired) {
      throw validationError(`The session would have expired at ${new Date(expiresAt).toISOString()}`);
    }
    return changed;
  });
});
