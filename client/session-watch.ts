/** The watch as its users see it: its state, its events, its methods. */
import type { Session } from './client.ts';

export interface SessionState {
  /**
   * `loading` until the first response; `active`; `near` its expiration; `expired` and `gone` (deleted, or never there)
   * are final; `unknown` while the API can't be reached.
   */
  readonly status: 'loading' | 'active' | 'near' | 'expired' | 'gone' | 'unknown';
  /** As the API last returned it. */
  readonly session: Session | undefined;
  /** Milliseconds until expiry, never from the device's clock. */
  readonly remaining: number;
  /** Why the state is unknown. */
  readonly error?: unknown;
}

export interface WatchEvents {
  /** Anything, and each second. */
  change: SessionState;
  /** The warning is due: offer the user more time. */
  near: SessionState;
  /** The expiry has moved later, in whatever tab or program. */
  renewed: SessionState;
  expired: SessionState;
  gone: SessionState;
}

export interface SessionWatch {
  /** The session's id; another one after a restart. */
  readonly id: string;
  readonly state: SessionState;
  /** @returns a function that removes the listener. */
  on<Name extends keyof WatchEvents>(event: Name, listener: (state: WatchEvents[Name]) => void): () => void;
  /**
   * The user did something. Sends a heartbeat, at most one in 30 seconds over all tabs, and none that would not move
   * the expiry.
   */
  activity(): void;
  renew(): Promise<Session>;
  /** Deletes the session. */
  end(): Promise<void>;
  /** After the end: a new session with the same agent, user, channel, metadata and timeouts; one for all tabs. */
  restart(): Promise<Session>;
  /** No timer, listener or request remains. */
  close(): void;
}

export interface WatchOptions {
  /** Closes the watch. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds between polls, of one visible tab for all; 30,000 by default. */
  readonly pollEvery?: number;
  /** How many milliseconds before its expiry the session is near it; its own warning threshold by default. */
  readonly warnBefore?: number;
}
