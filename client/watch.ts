/** The life of a session as state and events. */
import { LONGEST_TIMER_MS } from './call.ts';
import type { Session, SessionsClient } from './client.ts';
import { type Environment, here, type Tabs } from './environment.ts';
import { SessionsApiError } from './error.ts';

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
  /** @returns what removes the listener. */
  on<Name extends keyof WatchEvents>(event: Name, listener: (state: WatchEvents[Name]) => void): () => void;
  /**
   * The user did something. Sends a heartbeat, at most one in 30 seconds over all tabs, and none that would not move
   * the expiry.
   */
  activity(): void;
  renew(): Promise<Session>;
  /** Deletes the session. */
  end(): Promise<void>;
  /** After the end: a new session with the same agent, user, channel and metadata; one for all tabs. */
  restart(): Promise<Session>;
  /** No timer, listener or request remains. */
  close(): void;
}

export interface WatchOptions {
  /** Closes the watch. */
  readonly signal?: AbortSignal;
  /** Milliseconds between polls, of one visible tab for all; 30,000 by default. */
  readonly pollEvery?: number;
}

type Message =
  | { kind: 'session'; session: Session }
  | { kind: 'ended'; status: 'expired' | 'gone' }
  | { kind: 'restarted'; session: Session };

const TICK_MS = 1000;
const POLL_MS = 30_000;
const HEARTBEAT_MS = 30_000;
/** What the device's clock may differ from the monotonic one before the machine is taken to have slept. */
const JUMP_MS = 2_000;
/** A tab that does not poll asks when the one that does has been silent so long. */
const SILENCE_MS = 2_000;

/** Watches a session, until it is closed. */
export function watchSession(
  client: SessionsClient,
  id: string,
  { signal, pollEvery = POLL_MS }: WatchOptions = {},
  environment: Environment = here,
): SessionWatch {
  const { now, deviceTime, setTimer } = environment;
  const listeners = new Map<string, Set<(state: SessionState) => void>>();
  const closed = new AbortController();
  let state: SessionState = { status: 'loading', session: undefined, remaining: 0 };
  /** When it expires, on the monotonic clock. */
  let deadline = 0;
  /** Counts what is newer than a request that is on its way. */
  let epoch = 0;
  let isAsking = false;
  let heardAt = now();
  let failures = 0;
  let isWarned = false;
  let heartbeatAt = Number.NEGATIVE_INFINITY;
  let offset = deviceTime() - now();
  let tabs: Tabs | undefined;
  let cancelTick = () => {};

  const isEnded = () => state.status === 'expired' || state.status === 'gone';
  const isAlone = () => tabs?.isLeader() ?? true;
  const remaining = () => Math.max(0, Math.round(deadline - now()));

  function emit(event: keyof WatchEvents): void {
    for (const listener of [...(listeners.get(event) ?? [])]) {
      try {
        listener(state);
      } catch (error) {
        // The listener's fault, and not the watch's end.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  function become(next: SessionState, ...events: (keyof WatchEvents)[]): void {
    state = next;
    for (const event of events) emit(event);
    emit('change');
  }

  /** @param at when the response was asked for: from there at the latest its remaining time runs. */
  function apply(session: Session, at: number): void {
    if (closed.signal.aborted || (isEnded() && session.sessionId === id)) return;
    const before = state.session?.sessionId === session.sessionId ? state.session : undefined;
    const isRenewed = before !== undefined && Date.parse(session.expiresAt) > Date.parse(before.expiresAt);
    deadline = at + session.timeRemaining;
    heardAt = now();
    failures = 0;
    const isNear = remaining() <= session.timeoutConfig.warningThresholdMinutes * 60_000;
    const isNewlyNear = isNear && !isWarned;
    isWarned = isNear;
    become(
      { status: isNear ? 'near' : 'active', session, remaining: remaining() },
      ...(isRenewed ? (['renewed'] as const) : []),
      ...(isNewlyNear ? (['near'] as const) : []),
    );
    schedule();
  }

  function conclude(status: 'expired' | 'gone'): void {
    if (closed.signal.aborted || isEnded()) return;
    epoch++;
    cancelTick();
    become({ status, session: state.session, remaining: 0 }, status);
  }

  function fail(error: unknown): void {
    if (closed.signal.aborted || isEnded()) return;
    failures++;
    heardAt = now();
    become({ status: 'unknown', session: state.session, remaining: remaining(), error });
    schedule();
  }

  /** What the API says of the session is the truth in every tab. */
  function tell(message: Message): void {
    tabs?.post(message);
  }

  /** A session that the API has returned just now. */
  function learn(session: Session, at: number): Session {
    epoch++;
    apply(session, at);
    tell({ kind: 'session', session: { ...session, timeRemaining: remaining() } });
    return session;
  }

  /** @returns whether the error was the session's end. */
  function learnEnd(error: unknown): boolean {
    if (!(error instanceof SessionsApiError)) return false;
    const status = error.status === 410 ? 'expired' : error.code === 'SESSION_NOT_FOUND' ? 'gone' : undefined;
    if (status === undefined) return false;
    conclude(status);
    tell({ kind: 'ended', status });
    return true;
  }

  function ask(): void {
    if (isAsking || closed.signal.aborted || isEnded()) return;
    isAsking = true;
    void read().finally(() => {
      isAsking = false;
    });
  }

  async function read(): Promise<void> {
    const [asked, at] = [epoch, now()];
    try {
      const session = await client.get(id, { signal: closed.signal, retries: 0 });
      // Something newer has come meanwhile.
      if (asked === epoch) learn(session, at);
    } catch (error) {
      if (!closed.signal.aborted && asked === epoch && !learnEnd(error)) fail(error);
    }
  }

  function tick(): void {
    const drift = deviceTime() - now() - offset;
    const hasJumped = Math.abs(drift) > JUMP_MS;
    offset += hasJumped ? drift : 0;
    const left = remaining();
    if (left !== state.remaining) become({ ...state, remaining: left });
    const silent = now() - heardAt;
    const { session, status } = state;
    const isDue =
      session !== undefined &&
      (left === 0 || (status === 'active' && left <= session.timeoutConfig.warningThresholdMinutes * 60_000));
    const patience = isAlone() ? 0 : SILENCE_MS;
    const isPollDue = !environment.isHidden() && silent >= pollEvery + patience;
    if (hasJumped) ask();
    else if (status === 'unknown' || status === 'loading') {
      if (silent >= Math.min(TICK_MS * 2 ** (failures - 1), pollEvery)) ask();
    } else if ((isDue && silent >= patience) || isPollDue) ask();
    schedule();
  }

  function schedule(): void {
    cancelTick();
    if (closed.signal.aborted || isEnded()) return;
    // On the second, as a countdown shows it.
    const wait = state.remaining > 0 ? state.remaining % TICK_MS || TICK_MS : TICK_MS;
    cancelTick = setTimer(tick, Math.min(Math.max(wait, TICK_MS / 4), LONGEST_TIMER_MS));
  }

  function open(): void {
    tabs = environment.openTabs(`sessions-api ${client.baseUrl} ${id}`, (message) =>
      hear(message as Message),
    );
  }

  function hear(message: Message): void {
    epoch++;
    if (message.kind === 'ended') conclude(message.status);
    else if (message.kind === 'restarted') follow(message.session, now());
    else {
      // Another tab's heartbeat counts for all.
      if (message.session.lastActivity !== state.session?.lastActivity) heartbeatAt = now();
      apply(message.session, now());
    }
  }

  /** Watches the session that has come after the ended one. */
  function follow(session: Session, at: number): void {
    if (closed.signal.aborted) return;
    tabs?.close();
    id = session.sessionId;
    isWarned = false;
    heartbeatAt = Number.NEGATIVE_INFINITY;
    state = { ...state, status: 'loading' };
    open();
    apply(session, at);
  }

  const stopListening = environment.listen(ask, () => fail(undefined));
  const close = () => {
    closed.abort();
    cancelTick();
    stopListening();
    signal?.removeEventListener('abort', close);
    tabs?.close();
    listeners.clear();
  };
  signal?.addEventListener('abort', close);
  open();
  if (signal?.aborted) close();
  ask();
  schedule();

  async function change(send: () => Promise<Session>): Promise<Session> {
    const at = now();
    try {
      return learn(await send(), at);
    } catch (error) {
      learnEnd(error);
      throw error;
    }
  }

  return {
    get id() {
      return id;
    },
    get state() {
      return state;
    },
    on(event, listener) {
      const own = listeners.get(event) ?? new Set();
      listeners.set(event, own.add(listener));
      return () => void own.delete(listener);
    },
    activity() {
      const { session } = state;
      if (!session || isEnded() || closed.signal.aborted || now() - heartbeatAt < HEARTBEAT_MS) return;
      const { autoRenew, maxDurationMinutes } = session.timeoutConfig;
      const latest = Date.parse(session.createdAt) + maxDurationMinutes * 60_000;
      if (!autoRenew || Date.parse(session.expiresAt) >= latest) return;
      heartbeatAt = now();
      change(() => client.heartbeat(id, { signal: closed.signal, retries: 0 })).catch((error) => {
        if (!isEnded()) fail(error);
      });
    },
    renew: () => change(() => client.renew(id, { signal: closed.signal })),
    async end() {
      await client.delete(id, { signal: closed.signal }).catch((error) => {
        // Somebody else was faster.
        if (!learnEnd(error)) throw error;
      });
      conclude('gone');
      tell({ kind: 'ended', status: 'gone' });
    },
    async restart() {
      const { session } = state;
      if (!isEnded() || !session)
        throw new Error('Only a session that was seen alive, and has ended, can be restarted');
      const { agentId, userId, channelId, metadata } = session;
      const at = now();
      const created = await client.create(
        { agentId, userId, metadata, ...(channelId !== undefined && { channelId }) },
        { signal: closed.signal, idempotencyKey: `restart-${encodeURIComponent(id)}`.slice(0, 255) },
      );
      tell({ kind: 'restarted', session: created });
      follow(created, at);
      return created;
    },
    close,
  };
}
