/** What the checks are made of. */
import type { SessionInfo } from '../../../functions/http/session-info.ts';
import { SESSIONS_PATH } from '../../../infra/routes.ts';
import { type Call, call, type Exchange, exchange, type Target, WrongResponse } from './api.ts';

/** What one check needs of those before it. */
export interface Smoke {
  target: Target;
  userId: string;
  /** Of these sessions alone, so that deleting an agent's sessions deletes none of anybody else's. */
  agentId: string;
  /** Sessions that were created and are there. */
  created: Set<string>;
  /** The session whose life is tried. */
  session?: SessionInfo;
}

/** Not a response: why the check cannot be made. */
export class NotTried extends Error {
  override readonly name = 'NotTried';
}

export const METADATA = { channel: 'smoke', remove: true };

/** A session of the smoke test's own. */
export async function create(smoke: Smoke, headers: Record<string, string> = {}): Promise<Exchange> {
  const { target, agentId, userId } = smoke;
  const remember = ({ response }: Exchange) => {
    const { sessionId } = (response.body ?? {}) as Partial<SessionInfo>;
    if (response.status === 201 && sessionId !== undefined) smoke.created.add(sessionId);
  };
  try {
    const body = { agentId, userId, metadata: METADATA };
    const made = await call(target, 'CreateSession', 201, { headers, body });
    remember(made);
    return made;
  } catch (error) {
    // What is wrong with the response may be something else: the session is there.
    if (error instanceof WrongResponse) remember(error.exchange);
    throw error;
  }
}

/** Calls a route with the session; `isRight` compares the response with the one before. */
export async function onSession(
  smoke: Smoke,
  routeId: string,
  body: Call['body'],
  isRight: (after: SessionInfo, before: SessionInfo) => boolean,
): Promise<Exchange> {
  const before = living(smoke);
  const made = await call(smoke.target, routeId, 200, { sessionId: before.sessionId, body });
  const after = made.response.body as SessionInfo;
  smoke.session = after;
  return expectThat(
    made,
    isRight(after, before),
    `not what was asked for: ${made.response.text.slice(0, 300)}`,
  );
}

export const countsOne = (after: SessionInfo, before: SessionInfo) =>
  after.renewalCount === before.renewalCount + 1;

export function living({ session }: Smoke): SessionInfo {
  if (!session) throw new NotTried('there is no session');
  return session;
}

export function expectThat(made: Exchange, isRight: boolean, message: string): Exchange {
  if (!isRight) throw new WrongResponse(message, made);
  return made;
}

/** Nothing can expire within a smoke test: one of the user's that has, or a sample of `npm start`. */
export async function findExpired(target: Target, userId: string): Promise<string | undefined> {
  const query = { userId, status: 'expired', limit: '1' };
  const listed = await call(target, 'ListSessions', 200, { query }).catch(() => undefined);
  const { sessions: [session] = [] } = (listed?.response.body ?? {}) as { sessions?: SessionInfo[] };
  if (session) return session.sessionId;
  const sample = new URL(`${target.url}${SESSIONS_PATH}/expired`);
  const { response } = await exchange('GET', sample, { headers: target.credentials });
  return response.status === 410 ? 'expired' : undefined;
}
