/** The last requests to the API, newest first, as the host sends them. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { RequestLine } from '../requests.ts';

const MOST_REQUESTS = 100;

/** Batches requests for one render, in milliseconds. */
const GATHER_MS = 100;

export function useRequests() {
  const [requests, setRequests] = useState<readonly RequestLine[]>([]);
  const listeners = useRef(new Set<() => void>());
  useEffect(() => {
    let source: EventSource | undefined;
    let [received, timer, hasWrite]: [RequestLine[], number, boolean] = [[], 0, false];
    const flush = () => {
      timer = 0;
      setRequests(received);
      if (hasWrite) for (const listener of listeners.current) listener();
      hasWrite = false;
    };
    // Closed while hidden: all tabs of a browser share six connections to the host.
    const follow = () => {
      source?.close();
      source = document.hidden ? undefined : new EventSource('/console/events');
      // Also after a reconnect: the host sends every request that it keeps.
      source?.addEventListener('open', () => {
        received = [];
        setRequests(received);
      });
      source?.addEventListener('message', ({ data }) => {
        const request: RequestLine = JSON.parse(data);
        received = [request, ...received].slice(0, MOST_REQUESTS);
        hasWrite ||= request.method !== 'GET' && request.method !== 'HEAD';
        timer ||= window.setTimeout(flush, GATHER_MS);
      });
    };
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', follow);
      source?.close();
    };
  }, []);
  /** Calls back after requests that may have changed a session. */
  const onWrite = useCallback((listener: () => void) => {
    listeners.current.add(listener);
    return () => listeners.current.delete(listener);
  }, []);
  return { requests, onWrite };
}
