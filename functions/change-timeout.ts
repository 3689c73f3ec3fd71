/**
 * PATCH /api/messaging/sessions/{sessionId}/timeout: changes timeout settings; absent ones keep their value.
 */
import { jsonBody } from './http/body.ts';
import { answerStep } from './http/change.ts';
import { validationError } from './http/errors.ts';
import { checkMaximum, parseTimeoutPatch } from './http/request-bodies.ts';
import { type Handler, respond } from './http/respond.ts';
import { readTimeoutBounds } from './http/timeout-bounds.ts';
import { rehearse } from './http/warm-up.ts';
import { changeTimeout } from './session/lifecycle.ts';
import { type SessionsTable, sessionsTable } from './session/store/table.ts';
import { computeTiming } from './session/timing.ts';

const table = sessionsTable();

/** Answers 200 with the session, 400, 404, 409, 410 or 500. The same PATCH again changes nothing. */
export const handler = patchTimeout(table);

await rehearse(table, patchTimeout, { body: { timeoutMinutes: 60 } });

function patchTimeout(on: SessionsTable): Handler {
  return respond(async (event) => {
    const patch = parseTimeoutPatch(jsonBody(event), readTimeoutBounds());
    return await answerStep(on, event, (session, now) => {
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
}
