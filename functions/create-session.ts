/** POST /api/messaging/sessions: creates a session. */

import { parseCaller } from './auth/caller.ts';
import { IDEMPOTENCY_SALT } from './aws/environment.ts';
import { jsonBody } from './http/body.ts';
import { forbidden, idempotencyKeyReused, sessionExpired } from './http/errors.ts';
import { deriveSessionId, fingerprint, parseIdempotencyKey } from './http/idempotency.ts';
import { checkMaximum, parseCreateRequest } from './http/request-bodies.ts';
import { type Handler, respond } from './http/respond.ts';
import { toSessionInfo } from './http/session-info.ts';
import { readTimeoutBounds } from './http/timeout-bounds.ts';
import { rehearse } from './http/warm-up.ts';
import { count } from './observability/metrics.ts';
import { newSession } from './session/lifecycle.ts';
import { createSession } from './session/store/create.ts';
import { SAMPLE_ID } from './session/store/rehearsal.ts';
import { type SessionsTable, sessionsTable } from './session/store/table.ts';
import { mergeTimeoutConfig } from './session/timeout-config.ts';
import { computeTiming } from './session/timing.ts';

const table = sessionsTable();

/** Answers 201 with the session, also to a retry with the same Idempotency-Key; 400, 403, 410, 422 or 500. */
export const handler = postSession(table);

await rehearse(table, postSession, { body: { agentId: SAMPLE_ID, userId: SAMPLE_ID } });

function postSession(on: SessionsTable): Handler {
  return respond(async (event) => {
    const key = parseIdempotencyKey(event);
    const request = parseCreateRequest(jsonBody(event), readTimeoutBounds());
    const caller = parseCaller(event);
    const isAllowed =
      caller.kind === 'anyone' || (caller.kind === 'owner' && caller.userId === request.userId);
    if (!isAllowed) throw forbidden('userId must be the caller');
    const { timeoutConfig: patch = {} } = request;
    const timeoutConfig = mergeTimeoutConfig(on.settings().defaults, patch);
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
    const result = await createSession(on, wanted, fingerprint(request));
    if (result.outcome === 'taken') throw idempotencyKeyReused();
    if (result.outcome === 'created') count('SessionsCreated');
    const timing = computeTiming(result.session, now);
    if (timing.isExpired) throw sessionExpired(timing.expiresAt);
    return { status: 201, body: toSessionInfo(result.session, timing) };
  });
}
