/** GET /api/messaging/sessions: the active sessions, of a user, of an agent or of everyone, a page at a time. */
import { cursorOf, parseCursor } from './http/cursor.ts';
import { validationError } from './http/errors.ts';
import { ownerOf } from './http/request.ts';
import { ok, respond } from './http/respond.ts';
import { toSessionInfo, UUID } from './session/session.ts';
import { documentTable } from './session/store/documents.ts';
import { listSessions, type PageRequest } from './session/store/list.ts';
import { timingOf } from './session/timing.ts';

const DEFAULT_LIMIT = 50;

/** As many as DynamoDB's BatchGetItem takes. */
const MAX_LIMIT = 100;

const PARAMETERS = ['userId', 'agentId', 'limit', 'cursor'];

const table = documentTable(process.env);

/**
 * Answers 200, 400 or 500. A page may have fewer sessions than its limit, and none, and still have a next one. Callers
 * with sessions of their own see those alone: another user is to them one without sessions.
 */
export const handler = respond(async (event) => {
  const owner = ownerOf(event);
  const { userId = owner, agentId, limit, cursor } = parseQuery(event.queryStringParameters ?? {});
  const request = pageRequest(userId, agentId, limit, cursor);
  const { sessions, next } =
    owner === undefined || (owner === userId && owner !== '')
      ? await listSessions(table, request)
      : { sessions: [] };
  const now = Date.now();
  const active = sessions
    .filter((session) => agentId === undefined || session.agentId === agentId)
    // The index may be behind what another program has written.
    .filter((session) => owner === undefined || session.userId === owner)
    .map((session) => ({ session, timing: timingOf(session, now) }))
    .filter(({ timing }) => !timing.isExpired)
    .map(({ session, timing }) => toSessionInfo(session, timing));
  return ok({ sessions: active, total: active.length, ...(next && { nextCursor: cursorOf(next) }) });
});

interface Query {
  userId?: string | undefined;
  agentId?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** @throws HttpError 400 that names the parameter. */
function parseQuery(query: Record<string, string | undefined>): Query {
  if (Object.keys(query).some((name) => !PARAMETERS.includes(name))) {
    throw validationError(`There is an unknown query parameter; there are ${PARAMETERS.join(', ')}`);
  }
  const { userId, agentId, limit, cursor } = query;
  for (const [name, value] of Object.entries({ userId, agentId })) {
    if (value !== undefined && !UUID.test(value)) throw validationError(`${name} must be a UUID`);
  }
  return { userId, agentId, limit: parseLimit(limit), cursor };
}

/**
 * Where a user is named the index is the user's; which of the user's sessions are with an agent shows in the sessions.
 * @throws HttpError 400 for a cursor of another list.
 */
function pageRequest(
  userId: string | undefined,
  agentId: string | undefined,
  limit: number,
  cursor: string | undefined,
): PageRequest {
  const byUser = userId === undefined ? undefined : { attribute: 'userId' as const, value: userId };
  const byAgent = agentId === undefined ? undefined : { attribute: 'agentId' as const, value: agentId };
  const by = byUser ?? byAgent;
  const after =
    cursor === undefined
      ? undefined
      : parseCursor(cursor, by ? ['sessionId', by.attribute, 'createdAt'] : ['sessionId']);
  if (after && by && after[by.attribute] !== by.value) {
    throw validationError('cursor must be the nextCursor of an answer to the same query');
  }
  return { limit, ...(by && { by }), ...(after && { after }) };
}

function parseLimit(limit: string | undefined): number {
  if (limit === undefined) return DEFAULT_LIMIT;
  const value = /^\d{1,3}$/.test(limit) ? Number(limit) : 0;
  if (value < 1 || value > MAX_LIMIT)
    throw validationError(`limit must be a whole number from 1 to ${MAX_LIMIT}`);
  return value;
}
