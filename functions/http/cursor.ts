/** The cursor of a list: opaque to clients, and harmless when they make up their own. */
import type { PageKey } from '../session/store/query.ts';
import { isValidKey } from '../session/store/table.ts';
import { validationError } from './errors.ts';

export const toCursor = (key: PageKey): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/**
 * Where the next page starts. A cursor is only a place in a list, which gives no access to anything.
 * @param names the attributes of the key, for the list that is asked for.
 * @throws HttpError 400 for anything but a cursor of that list.
 */
export function parseCursor(cursor: string, names: readonly string[]): PageKey {
  const key = decoded(cursor);
  const isKey =
    typeof key === 'object' &&
    key !== null &&
    Object.keys(key).length === names.length &&
    names.every((name) => {
      const value = (key as PageKey)[name];
      return (
        typeof value === 'string' && isValidKey(value, name === 'createdAt' ? MAX_SORT_KEY_BYTES : undefined)
      );
    });
  if (!isKey || toCursor(key as PageKey) !== cursor) {
    throw validationError('cursor must be the nextCursor of the same query');
  }
  return key as PageKey;
}

/** DynamoDB's limit for a sort key (its developer guide, "Service quotas"). */
const MAX_SORT_KEY_BYTES = 1024;

function decoded(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
