/** Requests to the host (stored sessions, clock, faults) and, through the client, to the API. */
import { createSessionsClient, type SessionsClient } from '../../../client/client.ts';
import { SessionsApiError } from '../../../client/error.ts';
import type { ClockState, FaultsState } from '../controls.ts';
import type { RequestDetails } from '../requests.ts';
import type { SessionsPage } from '../sessions.ts';
import type { Settings } from '../settings.ts';

export const GONE = 'npm start does not respond any more';

/** @throws Error with the host's message. */
async function control<T>(path: string, method = 'GET', body?: object): Promise<T> {
  const init = { method, ...(body && { body: JSON.stringify(body) }) };
  const response = await fetch(`/console/${path}`, init).catch(() => {
    throw new Error(GONE);
  });
  const content = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(content.error ?? `${response.status} ${response.statusText}`);
  return content;
}

export const readSessions = (query: URLSearchParams) => control<SessionsPage>(`sessions?${query}`);
export const readRequest = (id: string) => control<RequestDetails>(`requests/${id}`);

let settings: Promise<Settings> | undefined;
/** Cached: settings don't change while the host runs. */
export function readSettings(): Promise<Settings> {
  settings ??= control<Settings>('settings').catch((error) => {
    settings = undefined;
    throw error;
  });
  return settings;
}

export type ClockMove = { minutes: number } | { sessionId: string; until: 'warning' | 'expiry' };
export const moveClock = (move: ClockMove) => control<ClockState>('clock', 'POST', move);
export const resetClock = () => control<ClockState>('clock', 'DELETE');

export const readFaults = () => control<FaultsState>('faults');
export const addFault = (fault: object) => control<FaultsState>('faults', 'POST', fault);
export const clearFaults = () => control<FaultsState>('faults', 'DELETE');

/** Longer than the slowest fault. */
const TIMEOUT_MS = 40_000;

/** Calls the API as this user, where sessions have owners. */
export const clientFor = (userId: string): SessionsClient =>
  createSessionsClient({
    baseUrl: '',
    headers: { 'x-console-user': encodeURIComponent(userId) },
    timeout: TIMEOUT_MS,
    fetch: (input, init) => fetch(input, init),
  });
/** No retries: the developer wants to see failures. */
export const ONCE = { retries: 0 };

/** The result of an action, as text. */
export interface Outcome {
  text: string;
  isGood: boolean;
  /** Still running: a repeated click must not run it again. */
  isPending?: true;
}

export const WAITING: Outcome = { text: 'Waiting for the response', isGood: true, isPending: true };

/** Runs an action. Its error becomes the text of the outcome. */
export async function outcomeOf(run: () => Promise<string>): Promise<Outcome> {
  try {
    return { text: await run(), isGood: true };
  } catch (error) {
    return { text: describe(error), isGood: false };
  }
}

function describe(error: unknown): string {
  if (!(error instanceof SessionsApiError)) return error instanceof Error ? error.message : String(error);
  const { status, code, message, details } = error;
  if (status === 0) return code === 'NETWORK_ERROR' ? GONE : message;
  return [`${status} ${code}: ${message}`, ...(details ? [details] : [])].join('. ');
}
