/** The count of sessions, and the buttons between pages. */
import type { SessionsPage } from '../sessions.ts';
import { hrefOf } from './place.ts';

const number = (value: number) => value.toLocaleString();
const sessions = (count: number) => `${number(count)} ${count === 1 ? 'session' : 'sessions'}`;

export function Count({ page, isFiltered }: { page: SessionsPage; isFiltered: boolean }) {
  const { foreign, stored, matching, isPartial } = page;
  if (foreign !== undefined) {
    return (
      <p id="count">
        The sessions are in {foreign}, which is not this host's own table. They are not shown here.
      </p>
    );
  }
  return (
    <div id="count" role="status">
      {isFiltered ? `${number(matching)} of ${sessions(stored)}` : sessions(stored)}
      {isPartial && `: the first ${number(stored)} of the table, which are searched`}
      {isFiltered && (
        <>
          {' · '}
          <a href={hrefOf('sessions')}>Show all</a>
        </>
      )}
      {stored === 0 && (
        <p>
          Create one with <strong>New session</strong>, or with a POST to the API (see{' '}
          <a href={hrefOf('reference')}>API reference</a>).
        </p>
      )}
      {stored > 0 && matching === 0 && <p>No session matches. Change the search or the state.</p>}
    </div>
  );
}

export function Pager({ page, onPage }: { page: SessionsPage; onPage(number: number): void }) {
  if (page.pages === 1) return null;
  return (
    <nav class="pager" aria-label="Pages">
      <button type="button" disabled={page.page === 1} onClick={() => onPage(page.page - 1)}>
        Previous
      </button>
      <span>{`Page ${number(page.page)} of ${number(page.pages)}`}</span>
      <button type="button" disabled={page.page === page.pages} onClick={() => onPage(page.page + 1)}>
        Next
      </button>
    </nav>
  );
}
