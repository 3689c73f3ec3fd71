/** POST /api/messaging/sessions: creates a session. */
import { parseCaller } from './auth/caller.ts';
import { IDEMPOTENCY_SALT } from './aws/environment.ts';
import { jsonBody } from './http/body.ts';
import { forbidden, idempotencyKeyReused, sessionExists } from './http/errors.ts';
import { deriveSessionId, fingerprint, parseIdempotencyKey } from './http/idempotency.ts';
import { type CreateRequest, checkMaximum, parseCreateRequest } from './http/request-bodies.ts';
import { ok } from './http/respond.ts';
import { serve } from './http/serve.ts';
import { toSessionInfo } from './http/session-info.ts';
import { readTimeoutBounds } from './http/timeout-bounds.ts';
import { usesAll } from './session/caller.ts';
import { assertAlive, newSession } from './session/lifecycle.ts';
import { putSession } from './session/store/put.ts';
import { SAMPLE_ID } from './session/store/warm-up.ts';
import { mergeTimeoutConfig } from './session/timeout-config.ts';

/**
 * 201 with the session, also to a retry with the same Idempotency-Key; 200 with one that is there already, if the
 * request asks for it; 400, 403, 409, 410, 422 or 500.
 */
export const handler = await serve(
  (table) => async (event) => {
    const key = parseIdempotencyKey(event);
    const request = parseCreateRequest(jsonBody(event), readTimeoutBounds());
    const caller = parseCaller(event);
    const isAllowed = usesAll(caller) || (caller.kind === 'owner' && caller.userId === request.userId);
    if (!isAllowed) throw forbidden('userId must be the caller');
    const { timeoutConfig: patch = {} } = request;
    const timeoutConfig = mergeTimeoutConfig(table.settings().defaults, patch);
    checkMaximum(patch, timeoutConfig, 'timeoutConfig.');

    const now = Date.now();
    const wanted = newSession(
      {
        sessionId:
          request.sessionId ??
          (key === undefined ? crypto.randomUUID() : deriveSessionId(key, caller, IDEMPOTENCY_SALT.read())),
        channelId: request.channelId ?? crypto.randomUUID(),
        agentId: request.agentId,
        userId: request.userId,
        metadata: request.metadata ?? {},
        timeoutConfig,
      },
      now,
    );
    const result = await putSession(table, wanted, digest(request, key));
    if (result.outcome === 'taken') {
      if (request.sessionId === undefined) throw idempotencyKeyReused();
      if (request.ifExists !== 'return' || !result.isOwn) throw sessionExists();
      // The request's metadata and timeouts are ignored, and nothing is written.
      return ok(toSessionInfo(assertAlive(result.parse(), now)));
    }
    return {
      status: 201,
      body: toSessionInfo(assertAlive(result.session, now)),
      ...(result.outcome === 'created' && { metric: ['SessionsCreated', 1] }),
    };
  },
  // Two runs more, 3 ms of init, take a tenth from each of the next dozen requests.
  { body: { agentId: SAMPLE_ID, userId: SAMPLE_ID }, runs: 3 },
);

/** Tells creates apart. One with an id of its own and no key is a request like no other: only the SDK repeats it. */
function digest(request: CreateRequest, key: string | undefined): string {
  if (request.sessionId === undefined) return fingerprint(request);
  return key === undefined ? crypto.randomUUID() : fingerprint({ request, key });
}
