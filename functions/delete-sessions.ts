/** DELETE /api/messaging/sessions?userId= or ?agentId=: deletes all of a user's or an agent's sessions. */
import { parseCaller } from './auth/caller.ts';
import { forbidden, validationError } from './http/errors.ts';
import { ok } from './http/respond.ts';
import { serve } from './http/serve.ts';
import { usesAll } from './session/caller.ts';
import { UUID } from './session/session.ts';
import { deleteSessions } from './session/store/delete-all.ts';
import type { IndexedBy } from './session/store/query.ts';
import { SAMPLE_ID } from './session/store/warm-up.ts';

/** 200 with how many were deleted and whether there may be more, 400, 403 or 500. Safe to repeat. */
export const handler = await serve(
  (table) => async (event) => {
    const [attribute, value] = parseQuery(event.queryStringParameters ?? {});
    const caller = parseCaller(event);
    if (!usesAll(caller) && attribute === 'agentId')
      throw forbidden('Only a service may delete the sessions of an agent; send userId');
    const mayDelete = usesAll(caller) || (caller.kind === 'owner' && caller.userId === value);
    const { deleted, remaining } = mayDelete
      ? await deleteSessions(table, attribute, value)
      : { deleted: 0, remaining: false };
    return ok({ success: true, deleted, remaining }, deleted > 0 ? ['SessionsDeleted', deleted] : undefined);
  },
  { query: { userId: SAMPLE_ID } },
);

/** @throws HttpError 400 unless exactly one of the parameters is there: nobody deletes everybody's sessions. */
function parseQuery(query: Record<string, string | undefined>): [IndexedBy, string] {
  const [name, ...others] = Object.keys(query);
  if ((name !== 'userId' && name !== 'agentId') || others.length > 0) {
    throw validationError('Send exactly one query parameter: userId or agentId');
  }
  const value = query[name] ?? '';
  if (!UUID.test(value)) throw validationError(`${name} must be a UUID`);
  return [name, value];
}
