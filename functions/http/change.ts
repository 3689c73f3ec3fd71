/** The routes that change a session. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { count } from '../observability/metrics.ts';
import type { Session } from '../session/session.ts';
import { changeSession, OptimisticLockError } from '../session/store/change.ts';
import type { SessionReference, SessionsTable } from '../session/store/table.ts';
import { computeTiming } from '../session/timing.ts';
import { conflict, sessionExpired, sessionNotFound } from './errors.ts';
import { parseReference } from './request.ts';
import { type Answer, ok } from './respond.ts';
import { toSessionInfo } from './session-info.ts';

/**
 * Gives the instant, in epoch milliseconds, at which the session is alive. @throws HttpError 410 when it is
 * not.
 */
export type AssertAlive = (session: Session) => number;

/**
 * Answers 200 with the session after `change`, which holds the session to be alive before it decides
 * anything: no write revives an expired one.
 * @throws HttpError 404, 410 or 409, and what `change` throws.
 */
export async function answerChange(
  event: APIGatewayProxyEventV2,
  change: (reference: SessionReference, assertAlive: AssertAlive) => Promise<Session | undefined>,
): Promise<Answer> {
  let now = Date.now();
  const session = await change(parseReference(event), (before) => {
    now = Date.now();
    const { isExpired, expiresAt } = computeTiming(before, now);
    if (isExpired) throw sessionExpired(expiresAt);
    return now;
  }).catch((error: unknown) => {
    if (!(error instanceof OptimisticLockError)) throw error;
    count('Conflicts');
    throw conflict();
  });
  if (!session) throw sessionNotFound();
  return ok(toSessionInfo(session, computeTiming(session, now)));
}

/** As answerChange, by a step of the session's life. */
export const answerStep = (
  table: SessionsTable,
  event: APIGatewayProxyEventV2,
  step: (session: Session, now: number) => Session,
): Promise<Answer> =>
  answerChange(event, (reference, assertAlive) =>
    changeSession(table, reference, (session) => step(session, assertAlive(session))),
  );
