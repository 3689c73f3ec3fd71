import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeRows, type Row } from '../../../../local/console/page/rows.ts';
import type { SessionView } from '../../../../local/console/sessions.ts';

const session = (sessionId: string): SessionView => ({
  sessionId,
  state: 'malformed',
  malformed: '',
  userId: '',
});
const sessions = (...ids: string[]) => ids.map(session);
const ids = (rows: readonly Row[]) => rows.map(({ sessionId }) => sessionId);

describe('the rows of the list', () => {
  it('are the sessions as read where no row is in use', () => {
    const rows = placeRows(sessions('a', 'b'), { sessions: sessions('c', 'a'), kept: [] }, [], []);
    expect(ids(rows)).toEqual(['c', 'a']);
  });

  it('leave a row in use in its place when its session goes to another page', () => {
    const read = { sessions: sessions('x', 'y', 'a', 'c'), kept: sessions('b') };
    expect(ids(placeRows(sessions('a', 'b', 'c'), read, ['b'], ['b']))).toEqual(['x', 'b', 'y', 'a', 'c']);
  });

  it('show a session in use that was deleted as gone', () => {
    const rows = placeRows(sessions('a', 'b'), { sessions: sessions('a'), kept: [] }, ['b'], ['b']);
    expect(rows[1]).toEqual({ sessionId: 'b', state: 'gone' });
  });

  it('keep a session as it was whose row came into use after the read was asked for', () => {
    const rows = placeRows(sessions('a', 'b'), { sessions: sessions('c'), kept: [] }, [], ['b']);
    expect(rows).toEqual(sessions('c', 'b'));
  });

  it('keep every row in use in its place, and show no session twice', () => {
    const id = fc.constantFrom(...'abcdefghij');
    const list = fc.uniqueArray(id);
    fc.assert(
      fc.property(list, list, fc.uniqueArray(id), (before, after, used) => {
        const inUse = used.filter((one) => before.includes(one));
        const kept = inUse.filter((one) => !after.includes(one));
        const rows = ids(
          placeRows(
            sessions(...before),
            { sessions: sessions(...after), kept: sessions(...kept) },
            inUse,
            inUse,
          ),
        );
        expect(new Set(rows).size).toBe(rows.length);
        expect(rows.filter((one) => !inUse.includes(one))).toEqual(
          after.filter((one) => !inUse.includes(one)),
        );
        for (const one of inUse)
          expect(rows.indexOf(one)).toBe(Math.min(before.indexOf(one), rows.indexOf(one)));
      }),
    );
  });
});
