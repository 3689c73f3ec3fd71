/** Changes the metadata of a session. */
import type { Session } from '../session.ts';
import { changeItem } from './change.ts';
import { fromItem } from './dynamodb.ts';
import { mergeMetadata } from './merge-metadata.ts';
import { metadataFromItem } from './metadata.ts';
import type { SessionReference, SessionsTable } from './table.ts';

/**
 * The session after a JSON Merge Patch of its metadata; undefined when there is no such session. A patch that
 * changes nothing writes nothing.
 * @param accept throws when the change from the one to the other may not be.
 * @throws OptimisticLockError, and what `accept` throws.
 */
export const patchMetadata = (
  table: SessionsTable,
  reference: SessionReference,
  patch: Readonly<Record<string, unknown>>,
  accept: (before: Session, after: Session) => void,
): Promise<Session | undefined> =>
  changeItem(table, reference, (before, item) => {
    const stored = item['metadata']?.M ?? {};
    const merged = mergeMetadata(stored, patch);
    const session = merged === stored ? before : { ...before, metadata: metadataFromItem(fromItem(merged)) };
    accept(before, session);
    return session === before ? undefined : { session, attributes: { metadata: { M: merged } } };
  });
