/** DELETE /api/messaging/sessions?userId= or ?agentId=: deletes all of a user's or an agent's sessions. */
import { parseCaller } from './auth/caller.ts';
import { validationError } from './http/errors.ts';
import { type Handler, ok, respond } from './http/respond.ts';
import { rehearse } from './http/warm-up.ts';
import { count } from './observability/metrics.ts';
import type { Caller } from './session/caller.ts';
import { UUID } from './session/session.ts';
import { deleteSessions, type Named } from './session/store/delete-all.ts';
import { SAMPLE_ID } from './session/store/rehearsal.ts';
import { type SessionsTable, sessionsTable } from './session/store/table.ts';

const table = sessionsTable();

/** Answers 200 with how many were deleted and whether there may be more, 400 or 500. Safe to repeat. */
export const handler = deleteAll(table);

await rehearse(table, deleteAll, { query: { userId: SAMPLE_ID } });

function deleteAll(on: SessionsTable): Handler {
  return respond(async (event) => {
    const named = parseQuery(event.queryStringParameters ?? {});
    const attributes = scope(parseCaller(event), named);
    const { deleted, remaining } = attributes
      ? await deleteSessions(on, attributes)
      : { deleted: 0, remaining: false };
    if (deleted > 0) count('SessionsDeleted', deleted);
    return ok({ success: true, deleted, remaining });
  });
}

/**
 * @throws HttpError 400 unless exactly one of the parameters is there: nobody deletes everybody's sessions.
 */
function parseQuery(query: Record<string, string | undefined>): Named {
  const [name, ...others] = Object.keys(query);
  if ((name !== 'userId' && name !== 'agentId') || others.length > 0) {
    throw validationError('Send exactly one query parameter: userId or agentId');
  }
  const value = query[name] ?? '';
  if (!UUID.test(value)) throw validationError(`${name} must be a UUID`);
  return [name, value];
}

/** What the sessions must have; undefined for a caller who owns none of them. */
function scope(caller: Caller, named: Named): readonly [Named, ...Named[]] | undefined {
  if (caller.kind === 'anyone') return [named];
  if (caller.kind === 'nobody') return undefined;
  const own = ['userId', caller.userId] as const;
  if (named[0] === 'agentId') return [own, named];
  return named[1] === caller.userId ? [own] : undefined;
}
