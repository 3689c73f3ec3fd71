/**
 * A world for watches: its time, machines that sleep, tabs, a network, and sessions on a server that follows the
 * domain's own rules. Nothing waits for real.
 */
import { randomUUID } from 'node:crypto';
import type { Environment, Message } from '../../client/environment.ts';
import { createSessionsClient, type SessionWatch, watchSession } from '../../client/index.ts';
import { toSessionInfo } from '../../functions/http/session-info.ts';
import { SessionExpired } from '../../functions/session/errors.ts';
import { assertAlive, heartbeat, newSession, renew } from '../../functions/session/lifecycle.ts';
import type { Session } from '../../functions/session/session.ts';
import { ELIZAOS_DEFAULTS, type TimeoutConfig } from '../../functions/session/timeout-config.ts';

export const MINUTE = 60_000;
const START = Date.UTC(2026, 2, 2, 9);

interface Timer {
  at: number;
  run: () => void;
}

export class World {
  /** True time, in epoch milliseconds. */
  now = START;
  isOffline = false;
  /** In place of the server's own. */
  answer: (() => Response) | undefined;
  /** Of a response on its way back, by method; it says how things were when it left. */
  readonly latency: Record<string, number> = {};
  /** Every request that reached the network, as `GET id`. */
  readonly requests: string[] = [];
  readonly sessions = new Map<string, Session>();
  readonly #keys = new Map<string, string>();
  #timers: Timer[] = [];
  readonly #machines: Machine[] = [];
  readonly tabs: FakeTabs[] = [];

  get timers(): number {
    return this.#timers.length;
  }

  store(config: Partial<TimeoutConfig> = {}): string {
    const fields = {
      sessionId: randomUUID(),
      channelId: randomUUID(),
      agentId: randomUUID(),
      userId: randomUUID(),
    };
    const session = newSession(
      { ...fields, metadata: { channel: 'web' }, timeoutConfig: { ...ELIZAOS_DEFAULTS, ...config } },
      this.now,
    );
    this.sessions.set(fields.sessionId, session);
    return fields.sessionId;
  }

  addTimer(milliseconds: number, run: () => void): () => void {
    const timer = { at: this.now + milliseconds, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  /** Lets time pass, timer by timer, with all that they start. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds;
    await settle();
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.now = Math.max(this.now, next.at);
      this.#timers = this.#timers.filter((one) => one !== next);
      next.run();
      await settle();
    }
    this.now = end;
  }

  /** Time passes and nothing runs: timers are late. */
  async sleep(milliseconds: number): Promise<void> {
    this.now += milliseconds;
    for (const machine of this.#machines) machine.slept += machine.stops ? milliseconds : 0;
    for (const timer of this.#timers) timer.at += milliseconds;
    await settle();
  }

  addMachine(options: Partial<Machine> = {}): Machine {
    const machine = { stops: true, slept: 0, clockError: 0, ...options };
    this.#machines.push(machine);
    return machine;
  }

  readonly fetch = async (url: string, { method, headers, body, signal }: RequestInit): Promise<Response> => {
    await Promise.resolve();
    signal?.throwIfAborted();
    if (this.isOffline) throw new TypeError('fetch failed');
    const served = this.#serve(url, `${method}`, headers, String(body));
    const response = this.answer?.() ?? served;
    const latency = this.latency[`${method}`];
    if (latency !== undefined) {
      await new Promise<void>((resolve, reject) => {
        const cancel = this.addTimer(latency, resolve);
        signal?.addEventListener('abort', () => {
          cancel();
          reject(signal.reason);
        });
      });
    }
    return response;
  };

  #serve(url: string, method: string, headers: RequestInit['headers'], body: string): Response {
    const [, id = '', action] = new URL(url).pathname.slice('/api/messaging/sessions'.length).split('/');
    this.requests.push(`${method} ${action ?? (id === '' ? 'create' : 'session')}`);
    if (id === '') return this.#create(JSON.parse(body), headers as Record<string, string>);
    const session = this.sessions.get(id);
    if (!session) return failure(404, 'SESSION_NOT_FOUND');
    if (method === 'DELETE')
      return this.sessions.delete(id) ? Response.json({ success: true }) : failure(404, '');
    return this.#answer(session, { renew, heartbeat }[action as 'renew']);
  }

  #create(body: object, headers: Record<string, string>): Response {
    const key = headers['idempotency-key'] ?? '';
    const id = this.#keys.get(key) ?? randomUUID();
    this.#keys.set(key, id);
    const fields = { ...body, sessionId: id, timeoutConfig: ELIZAOS_DEFAULTS } as Parameters<
      typeof newSession
    >[0];
    return this.#answer(this.sessions.get(id) ?? newSession(fields, this.now), (session) => session, 201);
  }

  #answer(session: Session, step = (one: Session, _now: number) => one, status = 200): Response {
    try {
      assertAlive(session, this.now);
      const next = step(session, this.now);
      this.sessions.set(next.sessionId, next);
      return Response.json(toSessionInfo(assertAlive(next, this.now)), { status });
    } catch (error) {
      if (error instanceof SessionExpired) return failure(410, 'SESSION_EXPIRED');
      throw error;
    }
  }
}

const failure = (status: number, code: string) =>
  Response.json({ success: false, error: { code, message: code } }, { status });

/** All that is ready to run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}

interface Machine {
  /** Whether its monotonic clock stops while it sleeps. */
  stops: boolean;
  slept: number;
  /** What its own clock is wrong by. */
  clockError: number;
}

class FakeTabs {
  readonly name: string;
  readonly hear: (message: Message) => void;
  constructor(name: string, hear: (message: Message) => void) {
    this.name = name;
    this.hear = hear;
  }
}

/** A tab of a browser on a machine. */
export class Tab {
  isHidden = false;
  readonly events: string[] = [];
  readonly watch: SessionWatch;
  #wake = () => {};
  #offline = () => {};

  constructor(world: World, id: string, machine = world.addMachine(), hasTabs = false) {
    const environment: Environment = {
      now: () => world.now - START - machine.slept,
      deviceTime: () => world.now + machine.clockError,
      setTimer: (callback, milliseconds) => world.addTimer(milliseconds, callback),
      isHidden: () => this.isHidden,
      listen: (onWake, onOffline) => {
        this.#wake = onWake;
        this.#offline = onOffline;
        return () => {
          this.#wake = () => {};
          this.#offline = () => {};
        };
      },
      openTabs(name, hear) {
        if (!hasTabs) return undefined;
        const own = new FakeTabs(name, hear);
        world.tabs.push(own);
        const alike = () => world.tabs.filter((one) => one.name === name);
        return {
          isLeader: () => alike()[0] === own,
          post(message) {
            for (const one of alike()) if (one !== own) one.hear(structuredClone(message));
          },
          close: () => void world.tabs.splice(world.tabs.indexOf(own), 1),
        };
      },
    };
    const client = createSessionsClient({
      baseUrl: 'https://api.example',
      fetch: world.fetch as typeof globalThis.fetch,
    });
    this.watch = watchSession(client, id, {}, environment);
    for (const event of ['near', 'renewed', 'expired', 'gone'] as const)
      this.watch.on(event, () => this.events.push(event));
  }

  get status(): string {
    return this.watch.state.status;
  }

  show(isVisible = true): void {
    this.isHidden = !isVisible;
    if (isVisible) this.#wake();
  }

  setOnline(isOnline: boolean): void {
    if (isOnline) this.#wake();
    else this.#offline();
  }
}
