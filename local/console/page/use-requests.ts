/** The last requests to the API, newest first, as the host sends them. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { RequestLine } from '../requests.ts';

const MOST_REQUESTS = 100;

/** Requests that come together are shown together, after so many milliseconds. */
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
    // Not while it is hidden: a browser has six connections to the host for all of its tabs.
    const follow = () => {
      source?.close();
      source = document.hidden ? undefined : new EventSource('/console/events');
      // Again after a restart of the host: it sends all that it keeps.
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
