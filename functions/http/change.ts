/** The routes that change a session: one step on the session that the path names. */

import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { count } from '../observability/metrics.ts';
import { type Session, toSessionInfo } from '../session/session.ts';
import { changeSession, LostRace } from '../session/store/change.ts';
import type { DocumentTable } from '../session/store/documents.ts';
import { timingOf } from '../session/timing.ts';
import { conflict, sessionExpired, sessionNotFound } from './errors.ts';
import { sessionOf } from './request.ts';
import { type Answer, ok } from './respond.ts';

/**
 * Answers 200 with the session after `step`. A session that has expired by the time of the step is left as it is: no
 * write brings one back.
 * @throws HttpError 404, 410 or 409, and what `step` throws.
 */
export async function answerChange(
  table: DocumentTable,
  event: APIGatewayProxyEventV2,
  step: (session: Session, now: number) => Session,
): Promise<Answer> {
  let now = Date.now();
  const session = await changeSession(table, sessionOf(event), (before) => {
    now = Date.now();
    const { isExpired, expiresAt } = timingOf(before, now);
    if (isExpired) throw sessionExpired(expiresAt);
    return step(before, now);
  }).catch((error: unknown) => {
    if (!(error instanceof LostRace)) throw error;
    count('Conflicts');
    throw conflict();
  });
  if (!session) throw sessionNotFound();
  return ok(toSessionInfo(session, timingOf(session, now)));
}
