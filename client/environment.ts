/** A watch's environment: clocks and, on a page, visibility, network and tabs. Tests replace it. */

import type { Session } from './client.ts';

/** A message to the other tabs. */
export type News =
  | { kind: 'session'; session: Session }
  | { kind: 'ended'; status: 'expired' | 'gone' }
  | { kind: 'restarted'; session: Session }
  /** It sends a heartbeat. */
  | { kind: 'heartbeat' }
  /** The API can't be reached. */
  | { kind: 'missed' };

/** @property sentAt the device's clock. */
export type Message = News & { sentAt: number };

export interface Environment {
  /** Monotonic milliseconds; may stop while the machine sleeps. */
  now(): number;
  /** The device's clock, in milliseconds: right or wrong, it goes on while the machine sleeps. */
  deviceTime(): number;
  /** @returns a function that cancels the timer. */
  setTimer(callback: () => void, milliseconds: number): () => void;
  /** Whether the page is hidden. */
  isHidden(): boolean;
  /**
   * @param onWake the page is visible again, came back from the cache, or the network did.
   * @returns a function that removes the listeners.
   */
  listen(onWake: () => void, onOffline: () => void): () => void;
  /** The other tabs of the origin that use this name; undefined where there are none. */
  openTabs(name: string, onMessage: (message: Partial<Message>) => void): Tabs | undefined;
}

export interface Tabs {
  /** Whether this tab is the one that polls for all. */
  isLeader(): boolean;
  post(message: Message): void;
  close(): void;
}

/** As much of a browser as is used here; each part may be missing, on servers and in Workers. */
interface Browser {
  document?: EventTarget & { readonly visibilityState: string };
  navigator?: { readonly locks?: Locks };
  BroadcastChannel?: new (name: string) => Channel;
  addEventListener?: EventTarget['addEventListener'];
  removeEventListener?: EventTarget['removeEventListener'];
}

interface Locks {
  request(name: string, options: { signal: AbortSignal }, held: () => Promise<void>): Promise<void>;
}

interface Channel {
  onmessage: ((event: { data: Partial<Message> | null }) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

const browser = globalThis as unknown as Browser;

export const here: Environment = {
  now: () => performance.now(),
  deviceTime: () => Date.now(),
  setTimer(callback, milliseconds) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  isHidden: () => browser.document?.visibilityState === 'hidden',
  listen(onWake, onOffline) {
    const { document } = browser;
    const onVisible = () => document?.visibilityState === 'visible' && onWake();
    document?.addEventListener('visibilitychange', onVisible);
    // Servers have no such events, and no tabs.
    const add = document && browser.addEventListener?.bind(globalThis);
    const remove = document && browser.removeEventListener?.bind(globalThis);
    for (const name of ['pageshow', 'online']) add?.(name, onWake);
    add?.('offline', onOffline);
    return () => {
      document?.removeEventListener('visibilitychange', onVisible);
      for (const name of ['pageshow', 'online']) remove?.(name, onWake);
      remove?.('offline', onOffline);
    };
  },
  openTabs(name, onMessage) {
    const { document, navigator, BroadcastChannel } = browser;
    const channel = document && openChannel(BroadcastChannel, name);
    if (!channel) return undefined;
    channel.onmessage = ({ data }) => onMessage(data ?? {});
    // Without locks, on a page without TLS, each tab polls.
    let isLeader = !navigator?.locks;
    const closed = new AbortController();
    // Held until the tab or the watch is closed; then the next tab gets the lock.
    const held = new Promise<void>((resolve) => closed.signal.addEventListener('abort', () => resolve()));
    navigator?.locks
      ?.request(name, closed, () => {
        isLeader = true;
        return held;
      })
      .catch(() => {});
    return {
      isLeader: () => isLeader,
      post: (message) => !closed.signal.aborted && channel.postMessage(message),
      close() {
        closed.abort();
        channel.close();
      },
    };
  },
};

/** Undefined where there are no channels, or the page may not use them. */
function openChannel(BroadcastChannel: Browser['BroadcastChannel'], name: string): Channel | undefined {
  try {
    return BroadcastChannel && new BroadcastChannel(name);
  } catch {
    return undefined;
  }
}
