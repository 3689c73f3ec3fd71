/** The life of a session in React 18 and 19. */
import { useMemo, useSyncExternalStore } from 'react';
import type { Session, SessionsClient } from './client.ts';
import type { SessionState, SessionWatch, WatchOptions } from './session-watch.ts';
import { watchSession } from './watch.ts';

export interface SessionHook extends SessionState {
  /** The session's id; another one after a restart. */
  readonly id: string;
  renew(): Promise<Session>;
  activity(): void;
  end(): Promise<void>;
  restart(): Promise<Session>;
}

const LOADING: SessionState = { status: 'loading', session: undefined, remaining: 0 };

/**
 * Watches a session while the component is mounted. On the server and during hydration it is `loading`.
 * @param client the same object at each render.
 */
export function useSession(
  client: SessionsClient,
  id: string,
  { warnBefore, pollEvery }: Pick<WatchOptions, 'warnBefore' | 'pollEvery'> = {},
): SessionHook {
  const store = useMemo(
    () =>
      createStore(client, id, {
        ...(warnBefore !== undefined && { warnBefore }),
        ...(pollEvery !== undefined && { pollEvery }),
      }),
    [client, id, warnBefore, pollEvery],
  );
  const state = useSyncExternalStore(store.subscribe, store.read, () => LOADING);
  return { ...state, ...store.actions, id: state.session?.sessionId ?? id };
}

/** A watch for as long as somebody subscribes: React's strict mode does so twice. */
function createStore(client: SessionsClient, id: string, options: WatchOptions) {
  let watch: SessionWatch | undefined;
  let ending: Promise<void> | undefined;
  let last = LOADING;
  let subscribers = 0;
  const mounted = (): SessionWatch => {
    if (!watch) throw new Error('useSession: the component is not mounted');
    return watch;
  };
  return {
    read: () => watch?.state ?? last,
    subscribe(onChange: () => void) {
      subscribers++;
      watch ??= watchSession(client, id, options);
      const remove = watch.on('change', onChange);
      return () => {
        remove();
        if (--subscribers > 0) return;
        const leaving = watch;
        last = leaving?.state ?? last;
        // After a restart it is another one.
        id = leaving?.id ?? id;
        watch = undefined;
        // A page that is left at once still ends its session.
        if (ending) void ending.finally(() => leaving?.close());
        else leaving?.close();
      };
    },
    actions: {
      renew: async () => mounted().renew(),
      activity: () => watch?.activity(),
      async end() {
        ending = mounted().end();
        await ending.finally(() => {
          ending = undefined;
        });
      },
      restart: async () => mounted().restart(),
    },
  };
}
