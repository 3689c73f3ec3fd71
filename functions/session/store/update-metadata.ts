/** Updates the metadata of a session. */
import type { TimedSession } from '../lifecycle.ts';
import { fromItem, type Item } from './dynamodb.ts';
import { mergeMetadata } from './merge-metadata.ts';
import { type Metadata, metadataFromItem } from './metadata.ts';
import type { SessionReference, SessionsTable } from './table.ts';
import { updateSession } from './update.ts';

/**
 * Stores and returns the session after a JSON Merge Patch (RFC 7396) of its metadata. A patch that changes
 * nothing writes nothing.
 * @param check throws to reject the change.
 * @throws as updateSession, and what `check` throws.
 */
export function updateMetadata(
  table: SessionsTable,
  reference: SessionReference,
  patch: Readonly<Metadata>,
  check: (before: Metadata, after: Metadata) => void,
): Promise<TimedSession> {
  const stored = (item: Item) => item['metadata']?.M ?? {};
  return updateSession(
    table,
    reference,
    (session, _now, item) => {
      const before = stored(item);
      const merged = mergeMetadata(before, patch);
      if (merged === before) return session;
      const metadata = metadataFromItem(fromItem(merged));
      check(session.metadata, metadata);
      return { ...session, metadata };
    },
    (_before, _after, item) => ({ metadata: { M: mergeMetadata(stored(item), patch) } }),
  );
}
