/** The page without a framework. */
import { watchSession } from 'sessions-api-client';
import { announce, client, name, openSession, startAfresh, toClock, WARN_BEFORE_MS } from '../session.ts';

function find<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}`);
  return found as T;
}

const warning = find<HTMLDialogElement>('warning');
const session = watchSession(client, await openSession(), { warnBefore: WARN_BEFORE_MS });

const ENDED = { expired: 'Your session has expired', gone: 'Your session has ended' };

session.on('change', ({ status, remaining }) => {
  const isEnded = status === 'expired' || status === 'gone';
  document.body.className = status;
  find('title').textContent = isEnded ? ENDED[status] : 'Your session';
  find('text').textContent =
    status === 'unknown' ? 'The network is away. Your session may end meanwhile.' : 'Typing keeps it alive.';
  find('text').hidden = isEnded;
  find('countdown').textContent = toClock(remaining, status);
  find('left').textContent = toClock(remaining, status);
  find('alive').hidden = isEnded;
  find('restart').hidden = !isEnded;
  find('announcement').textContent = isEnded ? ENDED[status] : '';
  // Within the dialog: what is behind it is not read.
  find('left-announced').textContent = status === 'near' ? announce(remaining) : '';
  if (status !== 'near') warning.close();
  else if (!warning.open) warning.showModal();
  if (isEnded && document.activeElement === document.body) find('restart').focus();
});

const stay = () => session.renew().catch(() => {});
find('stay').addEventListener('click', stay);
// Escape is no wish to lose the session.
warning.addEventListener('cancel', (event) => {
  event.preventDefault();
  void stay();
});
for (const id of ['end', 'leave']) find(id).addEventListener('click', () => session.end().catch(() => {}));
find('message').addEventListener('input', () => session.activity());
find('restart').addEventListener('click', async () => {
  if (!session.state.session) return startAfresh();
  name((await session.restart()).sessionId);
  find('title').focus();
});
