/** The life of a session as state and events. */
import { Activity } from './activity.ts';
import { LONGEST_TIMER_MS } from './call.ts';
import type { Session, SessionsClient } from './client.ts';
import { type Environment, here, type Message, type Tabs } from './environment.ts';
import { findEnd } from './error.ts';
import { Life } from './life.ts';
import { isAskDue } from './polling.ts';
import { createAgain } from './restart.ts';
import type { SessionWatch, WatchOptions } from './session-watch.ts';

const TICK_MS = 1000;
const POLL_MS = 30_000;

/** Watches a session, until it is closed. */
export function watchSession(
  client: SessionsClient,
  id: string,
  { signal, pollEvery = POLL_MS, warnBefore }: WatchOptions = {},
  environment: Environment = here,
): SessionWatch {
  const { now, setTimer } = environment;
  const life = new Life(environment, warnBefore);
  const closed = new AbortController();
  let activity = new Activity(now);
  /** Counts what is newer than a request that is on its way. */
  let epoch = 0;
  let isAsking = false;
  let tabs: Tabs | undefined;
  let cancelTick = () => {};

  const isOver = () => closed.signal.aborted || life.isEnded;

  function apply(session: Session, at: number): void {
    if (closed.signal.aborted) return;
    life.see(session, at);
    schedule();
  }

  function conclude(status: 'expired' | 'gone'): void {
    if (isOver()) return;
    epoch++;
    cancelTick();
    life.end(status);
  }

  function fail(error: unknown): void {
    if (isOver()) return;
    life.miss(error);
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
    tell({ kind: 'session', session: { ...session, timeRemaining: life.countdown.remaining } });
    return session;
  }

  /** @returns whether the error was the session's end. */
  function learnEnd(error: unknown): boolean {
    const status = findEnd(error);
    if (status === undefined) return false;
    conclude(status);
    tell({ kind: 'ended', status });
    return true;
  }

  function ask(): void {
    if (isAsking || isOver()) return;
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
    life.tick();
    const { state, failures, isWarningDue } = life;
    const isLeader = tabs?.isLeader() ?? true;
    const silent = now() - life.heardAt;
    const isHidden = environment.isHidden();
    const isDue = isAskDue(state, { silent, failures, isLeader, isHidden, pollEvery, isWarningDue });
    if (life.countdown.hasJumped() || isDue) ask();
    schedule();
  }

  function schedule(): void {
    cancelTick();
    if (isOver()) return;
    // On the second, as a countdown shows it.
    const wait = life.state.remaining % TICK_MS || TICK_MS;
    cancelTick = setTimer(tick, Math.min(Math.max(wait, TICK_MS / 4), LONGEST_TIMER_MS));
  }

  function open(): void {
    tabs = environment.openTabs(`sessions-api ${client.baseUrl} ${id}`, hear);
  }

  function hear(message: Message): void {
    epoch++;
    if (message.kind === 'ended') conclude(message.status);
    else if (message.kind === 'restarted') follow(message.session, now());
    else {
      // Another tab's heartbeat counts for all.
      if (message.session.lastActivity !== life.state.session?.lastActivity) activity.note();
      apply(message.session, now());
    }
  }

  /** Watches the session that has come after the ended one. */
  function follow(session: Session, at: number): void {
    if (closed.signal.aborted) return;
    tabs?.close();
    id = session.sessionId;
    activity = new Activity(now);
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
    life.listeners.clear();
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
      return life.state;
    },
    on: (event, listener) => life.listeners.add(event, listener),
    activity() {
      const { session } = life.state;
      if (!session || isOver() || !activity.isWorthOne(session)) return;
      activity.note();
      change(() => client.heartbeat(id, { signal: closed.signal, retries: 0 })).catch((error) => {
        fail(error);
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
      const { session } = life.state;
      if (!life.isEnded || !session)
        throw new Error('Only a session that was seen alive, and has ended, can be restarted');
      const at = now();
      const created = await createAgain(client, session, closed.signal);
      tell({ kind: 'restarted', session: created });
      follow(created, at);
      return created;
    },
    close,
  };
}
