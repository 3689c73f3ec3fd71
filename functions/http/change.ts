/** The routes that change a session: one step on the session that the path names. */

import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { count } from '../observability/metrics.ts';
import type { Session } from '../session/session.ts';
import { changeSession, OptimisticLockError } from '../session/store/change.ts';
import type { SessionsTable } from '../session/store/table.ts';
import { computeTiming } from '../session/timing.ts';
import { conflict, sessionExpired, sessionNotFound } from './errors.ts';
import { parseReference } from './request.ts';
import { type Answer, ok } from './respond.ts';
import { toSessionInfo } from './session-info.ts';

/**
 * Answers 200 with the session after `step`. A session that has expired by the time of the step is left as it
 * is: no write brings one back.
 * @throws HttpError 404, 410 or 409, and what `step` throws.
 */
export async function answerChange(
  table: SessionsTable,
  event: APIGatewayProxyEventV2,
  step: (session: Session, now: number) => Session,
): Promise<Answer> {
  let now = Date.now();
  const session = await changeSession(table, parseReference(event), (before) => {
    now = Date.now();
    const { isExpired, expiresAt } = computeTiming(before, now);
    if (isExpired) throw sessionExpired(expiresAt);
    return step(before, now);
  }).catch((error: unknown) => {
    if (!(error instanceof OptimisticLockError)) throw error;
    count('Conflicts');
    throw conflict();
  });
  if (!session) throw sessionNotFound();
  return ok(toSessionInfo(session, computeTiming(session, now)));
}
