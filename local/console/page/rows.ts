/** Which session each row of the list shows. A row that is in use keeps its place. */
import type { SessionView } from '../sessions.ts';

/** `gone`: deleted or purged while its row was in use. */
export type Row = SessionView | { sessionId: string; state: 'gone' };

/**
 * The rows after a refresh: the sessions in the order read, around the rows in use, which keep their index.
 * @param asked ids that the refresh asked for by id: one that is missing is gone.
 * @param inUse ids of rows that are open, or have the focus, the pointer or selected text.
 */
export function placeRows(
  rows: readonly Row[],
  read: { sessions: readonly SessionView[]; kept: readonly SessionView[] },
  asked: readonly string[],
  inUse: readonly string[],
): Row[] {
  const found = new Map([...read.kept, ...read.sessions].map((session) => [session.sessionId, session]));
  const placed: Row[] = read.sessions.filter(({ sessionId }) => !inUse.includes(sessionId));
  // Top down, so that the rows above are already in place.
  for (const [index, row] of rows.entries()) {
    const { sessionId } = row;
    if (!inUse.includes(sessionId)) continue;
    const gone: Row = asked.includes(sessionId) ? { sessionId, state: 'gone' } : row;
    placed.splice(index, 0, found.get(sessionId) ?? gone);
  }
  return placed;
}
