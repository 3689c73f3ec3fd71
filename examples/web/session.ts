/** Shared by both pages: the client, the session of the tab, texts for its remaining time. */
import { createSessionsClient } from 'sessions-api-client';

/** Of `npm run example`, which passes it to the page. */
const api = document.documentElement.dataset['api'] ?? '';

export const client = createSessionsClient({ baseUrl: api });

/** Who talks to whom; a real page knows both. */
const AGENT = '3c90c3cc-0d44-4b50-8888-8dd25736052a';
const USER = '9b2d7c61-8d5e-4a34-b1f7-6c0e5a9d3f12';

/**
 * WCAG 2.2.1 asks for at least 20 seconds to answer the warning; more than 30 would meet a user who types, whose activity
 * is reported each 30 seconds. A session of one minute can't have its own warning
 * threshold, a minute at least, before its end.
 */
export const WARN_BEFORE_MS = 25_000;

/** The id of the session that the address names; a new one if it names none. */
export async function openSession(): Promise<string> {
  const named = location.hash.slice(1);
  if (named !== '') return decodeURIComponent(named);
  const { sessionId } = await client.create({
    agentId: AGENT,
    userId: USER,
    timeoutConfig: { timeoutMinutes: 1 },
  });
  name(sessionId);
  return sessionId;
}

/** Where the address names a session that was never there: the page starts without one. */
export function startAfresh(): void {
  name('');
  location.reload();
}

/** Puts the id into the address: a reload, or another tab, has the same session. */
export const name = (id: string): void => history.replaceState(null, '', `#${encodeURIComponent(id)}`);

/** `1:05` */
export function toClock(milliseconds: number, status: string): string {
  if (status === 'loading') return '…';

  const seconds = Math.ceil(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** For a screen reader: at each quarter of a minute, not at each second. */
export function announce(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 15_000) * 15;
  return `Your session ends in less than ${seconds} seconds.`;
}
