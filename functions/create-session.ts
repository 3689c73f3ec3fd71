/** POST /api/messaging/sessions: creates a session. */
import { parseCaller } from './auth/caller.ts';
import { IDEMPOTENCY_SALT } from './aws/environment.ts';
import { jsonBody } from './http/body.ts';
import { forbidden, idempotencyKeyReused } from './http/errors.ts';
import { deriveSessionId, fingerprint, parseIdempotencyKey } from './http/idempotency.ts';
import { checkMaximum, parseCreateRequest } from './http/request-bodies.ts';
import { serve } from './http/serve.ts';
import { toSessionInfo } from './http/session-info.ts';
import { readTimeoutBounds } from './http/timeout-bounds.ts';
import { assertAlive, newSession } from './session/lifecycle.ts';
import { putSession } from './session/store/put.ts';
import { SAMPLE_ID } from './session/store/warm-up.ts';
import { mergeTimeoutConfig } from './session/timeout-config.ts';

/** 201 with the session, also to a retry with the same Idempotency-Key; 400, 403, 410, 422 or 500. */
export const handler = await serve(
  (table) => async (event) => {
    const key = parseIdempotencyKey(event);
    const request = parseCreateRequest(jsonBody(event), readTimeoutBounds());
    const caller = parseCaller(event);
    const isAllowed =
      caller.kind === 'anyone' || (caller.kind === 'owner' && caller.userId === request.userId);
    if (!isAllowed) throw forbidden('userId must be the caller');
    const { timeoutConfig: patch = {} } = request;
    const timeoutConfig = mergeTimeoutConfig(table.settings().defaults, patch);
    checkMaximum(patch, timeoutConfig, 'timeoutConfig.');

    const now = Date.now();
    const wanted = newSession(
      {
        sessionId:
          key === undefined ? crypto.randomUUID() : deriveSessionId(key, caller, IDEMPOTENCY_SALT.read()),
        channelId: request.channelId ?? crypto.randomUUID(),
        agentId: request.agentId,
        userId: request.userId,
        metadata: request.metadata ?? {},
        timeoutConfig,
      },
      now,
    );
    const result = await putSession(table, wanted, fingerprint(request));
    if (result.outcome === 'taken') throw idempotencyKeyReused();
    return {
      status: 201,
      body: toSessionInfo(assertAlive(result.session, now)),
      ...(result.outcome === 'created' && { metric: ['SessionsCreated', 1] }),
    };
  },
  // One run more, 1.5 ms of init, takes a twentieth from each of the next dozen requests.
  { body: { agentId: SAMPLE_ID, userId: SAMPLE_ID }, runs: 2 },
);
