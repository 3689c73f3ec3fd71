/** GET /api/messaging/sessions: the active sessions, of a user, of an agent or of everyone, a page at a time. */
import { cursorOf, parseCursor } from './http/cursor.ts';
import { validationError } from './http/errors.ts';
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

/** Answers 200, 400 or 500. A page may have fewer sessions than its limit, and none, and still have a next one. */
export const handler = respond(async (event) => {
  const { agentId, ...request } = parseQuery(event.queryStringParameters ?? {});
  const { sessions, next } = await listSessions(table, request);
  const now = Date.now();
  const active = sessions
    .filter((session) => agentId === undefined || session.agentId === agentId)
    .map((session) => ({ session, timing: timingOf(session, now) }))
    .filter(({ timing }) => !timing.isExpired)
    .map(({ session, timing }) => toSessionInfo(session, timing));
  return ok({ sessions: active, total: active.length, ...(next && { nextCursor: cursorOf(next) }) });
});

/** @throws HttpError 400 that names the parameter. */
function parseQuery(query: Record<string, string | undefined>): PageRequest & { agentId?: string } {
  if (Object.keys(query).some((name) => !PARAMETERS.includes(name))) {
    throw validationError(`There is an unknown query parameter; there are ${PARAMETERS.join(', ')}`);
  }
  const { userId, agentId, limit, cursor } = query;
  for (const [name, value] of Object.entries({ userId, agentId })) {
    if (value !== undefined && !UUID.test(value)) throw validationError(`${name} must be a UUID`);
  }
  const by = userId ? { attribute: 'userId' as const, value: userId } : undefined;
  const byAgent = agentId ? { attribute: 'agentId' as const, value: agentId } : undefined;
  const index = by ?? byAgent;
  const keyNames = index ? ['sessionId', index.attribute, 'createdAt'] : ['sessionId'];
  const after = cursor === undefined ? undefined : parseCursor(cursor, keyNames);
  if (after && index && after[index.attribute] !== index.value) {
    throw validationError('cursor must be the nextCursor of an answer to the same query');
  }
  return {
    limit: parseLimit(limit),
    ...(index && { by: index }),
    ...(after && { after }),
    // The index is that of the user; which of the user's sessions are with the agent shows in the sessions.
    ...(by && agentId !== undefined && { agentId }),
  };
}

function parseLimit(limit: string | undefined): number {
  if (limit === undefined) return DEFAULT_LIMIT;
  const value = /^\d{1,3}$/.test(limit) ? Number(limit) : 0;
  if (value < 1 || value > MAX_LIMIT)
    throw validationError(`limit must be a whole number from 1 to ${MAX_LIMIT}`);
  return value;
}
