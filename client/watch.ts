/** The life of a session as state and events. */
import { Activity } from './activity.ts';
import type { Session, SessionsClient } from './client.ts';
import { type Environment, here, type Message, type News, type Tabs } from './environment.ts';
import { findEnd } from './error.ts';
import { Life } from './life.ts';
import { Polling } from './polling.ts';
import { createAgain } from './restart.ts';
import type { SessionWatch, WatchOptions } from './session-watch.ts';
import { assertSession, isSession } from './validate.ts';

/** A message that is older was held up, as in a tab that was frozen. */
const MESSAGE_AGE_MS = 2_000;

/** Watches a session, until it is closed. */
export function watchSession(
  client: SessionsClient,
  id: string,
  { signal, pollEvery, warnBefore }: WatchOptions = {},
  environment: Environment = here,
): SessionWatch {
  const { now } = environment;
  const life = new Life(environment, warnBefore);
  const closed = new AbortController();
  const polling = new Polling(environment, pollEvery);
  let activity = new Activity(now);
  let isAsking = false;
  let asksAgain = false;
  let tabs: Tabs | undefined;
  let cancelTick = () => {};

  const isOver = () => closed.signal.aborted || life.isEnded;

  function tell(news: News): void {
    tabs?.post({ ...news, sentAt: environment.deviceTime() });
  }

  /** @param at when it was asked for. */
  function apply(session: Session, at: number): void {
    if (closed.signal.aborted) return;
    life.see(session, at);
    schedule();
  }

  function conclude(status: 'expired' | 'gone'): void {
    if (isOver()) return;
    cancelTick();
    life.end(status);
  }

  function fail(error: unknown): void {
    if (isOver()) return;
    life.miss(error);
    schedule();
  }

  /** Sends a request about the session and applies its response. The request's errors propagate. */
  async function send(request: () => Promise<unknown>): Promise<Session> {
    const [about, at, offset] = [id, now(), life.countdown.offset];
    try {
      const session = assertSession(await request());
      // Of a session that was restarted meanwhile, or from before the machine slept: its time is over.
      if (about !== id) return session;
      if (life.countdown.isApart(offset)) askAgain();
      else {
        const timeRemaining = Math.max(0, session.timeRemaining - (now() - at));
        tell({ kind: 'session', session: { ...session, timeRemaining } });
        apply(session, at);
      }
      return session;
    } catch (error) {
      const status = findEnd(error);
      if (status !== undefined && about === id && !closed.signal.aborted) {
        tell({ kind: 'ended', status });
        conclude(status);
      }
      throw error;
    }
  }

  function ask(): void {
    if (isAsking || isOver()) return;
    const about = id;
    isAsking = true;
    send(() => client.get(about, { signal: closed.signal, retries: 0 }))
      .catch((error) => {
        if (about !== id || isOver()) return;
        tell({ kind: 'missed' });
        fail(error);
      })
      .finally(() => {
        isAsking = false;
        if (asksAgain) askAgain();
      });
  }

  /** Asks again after the request in flight, whose response will be outdated. */
  function askAgain(): void {
    asksAgain = isAsking;
    ask();
  }

  function tick(): void {
    life.tick();
    const isDue = polling.isAskDue(life, tabs?.isLeader() ?? true);
    if (life.countdown.hasJumped()) askAgain();
    else if (isDue) ask();
    schedule();
  }

  function schedule(): void {
    cancelTick();
    if (isOver()) return;
    cancelTick = environment.setTimer(tick, life.countdown.untilNextSecond);
  }

  function open(): void {
    tabs = environment.openTabs(`sessions-api ${client.baseUrl} ${id}`, hear);
  }

  function hear(message: Partial<Message>): void {
    const age = environment.deviceTime() - (message.sentAt ?? 0);
    const at = now() - Math.max(0, age);
    if (Math.abs(age) > MESSAGE_AGE_MS) askAgain();
    else if (message.kind === 'ended' && message.status) conclude(message.status);
    else if (message.kind === 'missed' && !isAsking) fail(undefined);
    else if (message.kind === 'restarted' && isSession(message.session)) follow(message.session, at);
    else if (message.kind === 'session' && isSession(message.session)) apply(message.session, at);
    else if (message.kind === 'heartbeat') activity.note();
  }

  /** Watches the session that has come after the ended one. */
  function follow(session: Session, at: number): void {
    if (closed.signal.aborted || session.sessionId === id) return;
    tabs?.close();
    id = session.sessionId;
    activity = new Activity(now);
    open();
    apply(session, at);
  }

  const stopListening = environment.listen(askAgain, () => fail(undefined));
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
      tell({ kind: 'heartbeat' });
      send(() => client.heartbeat(session.sessionId, { signal: closed.signal })).catch(ask);
    },
    renew: () => send(() => client.renew(id, { signal: closed.signal })),
    async end() {
      const about = id;
      // Somebody else may have been faster.
      await client.delete(about, { signal: closed.signal }).catch((error) => {
        if (findEnd(error) !== 'gone') throw error;
      });
      if (about !== id) return;
      tell({ kind: 'ended', status: 'gone' });
      conclude('gone');
    },
    async restart() {
      const { session } = life.state;
      if (!life.isEnded || !session)
        throw new Error('Only a session that was seen alive, and has ended, can be restarted');
      const at = now();
      const created = await createAgain(client, session, closed.signal);
      if (id !== session.sessionId) return created;
      const timeRemaining = Math.max(0, created.timeRemaining - (now() - at));
      tell({ kind: 'restarted', session: { ...created, timeRemaining } });
      follow(created, at);
      return created;
    },
    close,
  };
}
