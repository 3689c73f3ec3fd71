/** The sessions that match, read again every few seconds; rows in use keep their places. */
import type { RefObject } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { SessionsPage } from '../sessions.ts';
import { readSessions } from './host.ts';
import { placeRows, type Row } from './rows.ts';

const REFRESH_MS = 3000;
/** The pause between reads, as a multiple of the last read's duration: large tables are read less often. */
const REST = 5;
/** A paused host must not stop the polling for minutes. */
const LONGEST_REST_MS = 5_000;

export interface Sessions {
  page: SessionsPage;
  rows: readonly Row[];
  /** Milliseconds that the host's clock is ahead of this device's. */
  ahead: number;
}

/** Ids of rows that are open, or have the focus, the pointer or selected text. */
export function idsInUse(list: HTMLElement | null): string[] {
  const selection = getSelection();
  const rows = [...(list?.querySelectorAll<HTMLElement>('[data-id]') ?? [])];
  return rows
    .filter(
      (row) =>
        row.matches(':hover, :focus-within, :has([open])') ||
        (selection && !selection.isCollapsed && selection.containsNode(row, true)),
    )
    .map((row) => row.dataset['id'] ?? '');
}

/** @param query its sessions, and their order. @param list the element with the rows. */
export function useSessions(query: string, list: RefObject<HTMLElement | null>) {
  const [sessions, setSessions] = useState<Sessions>();
  const [failure, setFailure] = useState<string>();
  const latest = useRef(0);
  const shown = useRef<{ query: string; rows: readonly Row[] }>({ query: '', rows: [] });
  const timer = useRef(0);

  const running = useRef<Promise<void>>(undefined);
  const rest = useRef(REFRESH_MS);
  const endedAt = useRef(0);

  const readOnce = useCallback(async () => {
    clearTimeout(timer.current);
    latest.current += 1;
    const turn = latest.current;
    const started = performance.now();
    const isSame = shown.current.query === query;
    const asked = isSame ? idsInUse(list.current) : [];
    const parameters = new URLSearchParams(query);
    for (const id of asked) parameters.append('keep', id);
    try {
      const page = await readSessions(parameters);
      if (turn !== latest.current) return;
      const inUse = isSame ? idsInUse(list.current) : [];
      const rows = isSame ? placeRows(shown.current.rows, page, asked, inUse) : page.sessions;
      shown.current = { query, rows };
      setSessions({ page, rows, ahead: page.now - Date.now() });
      setFailure(undefined);
    } catch (error) {
      if (turn === latest.current) setFailure(error instanceof Error ? error.message : String(error));
    }
    if (turn !== latest.current) return;
    endedAt.current = performance.now();
    rest.current = Math.min(LONGEST_REST_MS, REST * (endedAt.current - started));
  }, [query, list]);

  const read = useCallback(async (): Promise<void> => {
    const reading = readOnce();
    running.current = reading;
    await reading;
    // A newer query has started.
    if (running.current !== reading) return;
    running.current = undefined;
    const next = Math.max(REFRESH_MS, rest.current);
    timer.current = window.setTimeout(() => (document.hidden ? undefined : read()), next);
  }, [readOnce]);

  /** Waits for a running read, which may be stale, and reads again. */
  const refresh = useCallback(async () => {
    await running.current;
    await (running.current ?? read());
  }, [read]);

  /** For bursts of changes: reads after the pause. */
  const refreshSoon = useCallback(() => {
    if (running.current) return;
    clearTimeout(timer.current);
    timer.current = window.setTimeout(
      refresh,
      Math.max(0, endedAt.current + rest.current - performance.now()),
    );
  }, [refresh]);

  // A new query does not wait for the previous query's read.
  useEffect(() => {
    read();
    const onVisible = () => document.hidden || refresh();
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      clearTimeout(timer.current);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [read, refresh]);

  return { sessions, failure, refresh, refreshSoon };
}
