/** GET /api/messaging/sessions: the sessions of a user, of an agent or of everyone, a page at a time. */

import { parseCaller } from './auth/caller.ts';
import { parseCursor, toCursor } from './http/cursor.ts';
import { validationError } from './http/errors.ts';
import { countResponseBytes, ok } from './http/respond.ts';
import { serve } from './http/serve.ts';
import { type SessionInfo, toSessionInfo } from './http/session-info.ts';
import { type Session, UUID } from './session/session.ts';
import { listSessions } from './session/store/list.ts';
import type { KeySource, PageKey, Status } from './session/store/query.ts';
import { SAMPLE_ID } from './session/store/warm-up.ts';
import { computeTiming } from './session/timing.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;

/** Within Lambda's limit, with the rest of the response. */
const MAX_PAGE_BYTES = 5 * 1024 * 1024;

const PARAMETERS = ['userId', 'agentId', 'status', 'limit', 'cursor'];
const STATUSES = ['active', 'expired', 'all'] as const satisfies Status[];

/**
 * 200, 400 or 500. A page is short only if it is the last, or if a bound of the store or of the response is reached.
 * With owners, callers see only their own sessions; another user's list is empty.
 */
export const handler = await serve(
  (table) => async (event) => {
    const caller = parseCaller(event);
    const own = caller.kind === 'owner' ? caller.userId : undefined;
    const { userId = own, agentId, status, limit, cursor } = parseQuery(event.queryStringParameters ?? {});
    const now = Date.now();
    const source = chooseSource(userId, agentId, status, now);
    let next = cursor === undefined ? undefined : parseStart(cursor, source);
    const sessions: SessionInfo[] = [];
    let bytes = 0;
    for await (const step of listSessions(table, { caller, source, limit, after: next })) {
      const info = step.session && select(step.session, { agentId, status, now });
      const size = info ? countResponseBytes(JSON.stringify(info)) : 0;
      // Skip a session too large for any page, or the list could never advance past it.
      const isWanted = info && size <= MAX_PAGE_BYTES;
      if (isWanted && bytes + size > MAX_PAGE_BYTES) break;
      next = step.next;
      if (!isWanted) continue;
      sessions.push(info);
      bytes += size;
      if (sessions.length === limit) break;
    }
    return ok({ sessions, total: sessions.length, ...(next && { nextCursor: toCursor(next) }) });
  },
  { query: { userId: SAMPLE_ID } },
);

function select(
  session: Session,
  { agentId, status, now }: { agentId: string | undefined; status: Status; now: number },
): SessionInfo | undefined {
  const timing = computeTiming(session, now);
  const hasStatus = status === 'all' || timing.isExpired === (status === 'expired');
  if (!hasStatus || (agentId !== undefined && session.agentId !== agentId)) return undefined;
  return toSessionInfo({ session, timing });
}

interface Query {
  userId?: string | undefined;
  agentId?: string | undefined;
  status: Status;
  limit: number;
  cursor?: string | undefined;
}

/** @throws HttpError 400 that names the parameter. */
function parseQuery(query: Record<string, string | undefined>): Query {
  if (Object.keys(query).some((name) => !PARAMETERS.includes(name))) {
    throw validationError(`Unknown query parameter; allowed are ${PARAMETERS.join(', ')}`);
  }
  const { userId, agentId, status = 'active', limit, cursor } = query;
  for (const [name, value] of Object.entries({ userId, agentId })) {
    if (value !== undefined && !UUID.test(value)) throw validationError(`${name} must be a UUID`);
  }
  const known = STATUSES.find((one) => one === status);
  if (!known) throw validationError(`status must be one of ${STATUSES.join(', ')}`);
  return { userId, agentId, status: known, limit: parseLimit(limit), cursor };
}

/** A query for both a user and an agent reads the user's index; `select` filters by agent. */
function chooseSource(
  userId: string | undefined,
  agentId: string | undefined,
  status: Status,
  now: number,
): KeySource {
  if (userId !== undefined) return { kind: 'index', attribute: 'userId', value: userId };
  if (agentId !== undefined) return { kind: 'index', attribute: 'agentId', value: agentId };
  return { kind: 'table', status, now };
}

/** @throws HttpError 400 for an invalid cursor, or one of another list. */
function parseStart(cursor: string, source: KeySource): PageKey {
  const names = source.kind === 'table' ? ['sessionId'] : ['sessionId', source.attribute, 'createdAt'];
  const after = parseCursor(cursor, names);
  if (source.kind === 'index' && after[source.attribute] !== source.value) {
    throw validationError('cursor must be the nextCursor of the same query');
  }
  return after;
}

function parseLimit(limit: string | undefined): number {
  if (limit === undefined) return DEFAULT_LIMIT;
  const value = /^\d{1,3}$/.test(limit) ? Number(limit) : 0;
  if (value < 1 || value > MAX_LIMIT)
    throw validationError(`limit must be a whole number from 1 to ${MAX_LIMIT}`);
  return value;
}
