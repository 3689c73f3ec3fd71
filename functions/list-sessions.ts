/** GET /api/messaging/sessions: the sessions of a user, of an agent or of everyone, a page at a time. */

import { parseCaller } from './auth/caller.ts';
import { parseCursor, toCursor } from './http/cursor.ts';
import { validationError } from './http/errors.ts';
import { countAnswerBytes, type Handler, ok, respond } from './http/respond.ts';
import { type SessionInfo, toSessionInfo } from './http/session-info.ts';
import { rehearse } from './http/warm-up.ts';
import { UUID } from './session/session.ts';
import type { KeySource, PageKey, Status } from './session/store/keys.ts';
import { listSessions } from './session/store/list.ts';
import { SAMPLE_ID } from './session/store/rehearsal.ts';
import { type SessionsTable, sessionsTable } from './session/store/table.ts';
import { computeTiming } from './session/timing.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;

/** Within what Lambda accepts, with the rest of the answer. */
const MAX_PAGE_BYTES = 5 * 1024 * 1024;

const PARAMETERS = ['userId', 'agentId', 'status', 'limit', 'cursor'];
const STATUSES = ['active', 'expired', 'all'] as const satisfies Status[];

const table = sessionsTable();

/**
 * Answers 200, 400 or 500. A page has as many sessions as its limit, unless it is the last or a bound of the
 * store or of the answer is reached before. Callers with sessions of their own see those alone: another user
 * is to them one without sessions.
 */
export const handler = getSessions(table);

await rehearse(table, getSessions, { query: { userId: SAMPLE_ID } });

function getSessions(on: SessionsTable): Handler {
  return respond(async (event) => {
    const caller = parseCaller(event);
    const own = caller.kind === 'owner' ? caller.userId : undefined;
    const { userId = own, agentId, status, limit, cursor } = parseQuery(event.queryStringParameters ?? {});
    const now = Date.now();
    const source = chooseSource(userId, agentId, status, now);
    const after = cursor === undefined ? undefined : parseStart(cursor, source);
    const sessions: SessionInfo[] = [];
    let bytes = 0;
    const next = await listSessions(on, { caller, source, limit, ...(after && { after }) }, (session) => {
      const timing = computeTiming(session, now);
      const isWanted =
        (status === 'all' || timing.isExpired === (status === 'expired')) &&
        (agentId === undefined || session.agentId === agentId);
      if (!isWanted) return 'skipped';
      const info = toSessionInfo(session, timing);
      const size = countAnswerBytes(JSON.stringify(info));
      // One that no page has room for is left out, as a malformed one is, or no page would get past it.
      if (size > MAX_PAGE_BYTES) return 'skipped';
      bytes += size;
      if (bytes > MAX_PAGE_BYTES) return 'full';
      sessions.push(info);
      return 'placed';
    });
    return ok({ sessions, total: sessions.length, ...(next && { nextCursor: toCursor(next) }) });
  });
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

/**
 * Where a user is named the index is the user's; which of the user's sessions are with an agent shows in the
 * sessions.
 */
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

/** @throws HttpError 400 for what is no cursor, or one of another list. */
function parseStart(cursor: string, source: KeySource): PageKey {
  const names = source.kind === 'table' ? ['sessionId'] : ['sessionId', source.attribute, 'createdAt'];
  const after = parseCursor(cursor, names);
  if (source.kind === 'index' && after[source.attribute] !== source.value) {
    throw validationError('cursor must be the nextCursor of an answer to the same query');
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
