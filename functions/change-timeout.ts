/** PATCH /api/messaging/sessions/{sessionId}/timeout: updates timeout settings; absent ones keep their value. */
import { jsonBody } from './http/body.ts';
import { validationError } from './http/errors.ts';
import { parseReference } from './http/request.ts';
import { checkMaximum, parseTimeoutPatch } from './http/request-bodies.ts';
import { ok } from './http/respond.ts';
import { serve } from './http/serve.ts';
import { toSessionInfo } from './http/session-info.ts';
import { readTimeoutBounds } from './http/timeout-bounds.ts';
import { changeTimeout } from './session/lifecycle.ts';
import { changedTimeouts } from './session/store/rearm.ts';
import { type Step, updateSession } from './session/store/update.ts';
import { computeTiming } from './session/timing.ts';

/** 200 with the session, 400, 404, 409, 410 or 500. The same PATCH again changes nothing. */
export const handler = await serve(
  (table) => async (event) => {
    const patch = parseTimeoutPatch(jsonBody(event), readTimeoutBounds());
    const step: Step = (session, now) => {
      const changed = changeTimeout(session, patch);
      checkMaximum(patch, changed.timeoutConfig);
      const { isExpired, expiresAt } = computeTiming(changed, now);
      if (isExpired)
        throw validationError(`The session would have expired at ${new Date(expiresAt).toISOString()}`);
      return changed;
    };
    const updated = await updateSession(table, parseReference(event), step, changedTimeouts);
    return ok(toSessionInfo(updated));
  },
  { body: { timeoutMinutes: 60 } },
);
