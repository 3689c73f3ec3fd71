/** Thousands of histories of sessions: what is told of each, by whatever AWS does in between. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeTimeout, heartbeat, newSession, renew } from '../../../functions/session/lifecycle.ts';
import type { Session } from '../../../functions/session/session.ts';
import { ELIZAOS_DEFAULTS } from '../../../functions/session/timeout-config.ts';
import { CLOCK_SKEW_MS } from '../../../functions/session/timer.ts';
import { computeExpiry, computeTiming } from '../../../functions/session/timing.ts';
import { EventWorld, type Stored } from '../../support/event-world.ts';
import { AGENT_ID, USER_ID } from '../../support/session-item.ts';

const START = Date.UTC(2026, 2, 2, 12);
const MINUTE = 60_000;
const PURGE_AFTER = 24 * 60 * MINUTE;

const IDS = ['a', 'b'] as const;

const step = fc.record({
  id: fc.constantFrom(...IDS),
  /** Seconds that pass before it. */
  wait: fc.integer({ min: 0, max: 900 }),
  kind: fc.constantFrom('create', 'heartbeat', 'heartbeat', 'renew', 'shorter', 'longer', 'delete'),
  /** Whether the write is decided now and lands at the next step. */
  isLate: fc.boolean(),
  skew: fc.integer({ min: -CLOCK_SKEW_MS / 2, max: CLOCK_SKEW_MS / 2 }),
  isTwice: fc.boolean(),
  /** Whether timers that are due wait until a later step. */
  isDelayed: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A session's life as it ended: what must be told of it. */
interface Life {
  session: Session;
  /** When it was deleted; undefined for one that nobody deleted. */
  deletedAt?: number;
}

class History {
  readonly world = new EventWorld(START);
  readonly lives: Life[] = [];
  #late: (() => void) | undefined;

  /** A write as the API does it: on what it has read, if its clock says that the session is alive. */
  #write(id: string, change: (session: Session, now: number) => Session, { skew, isLate }: Step): void {
    const { world } = this;
    const read = world.table.get(id);
    const now = world.now + skew;
    if (!read || computeTiming(read.session, now).isExpired) return;
    const session = change(read.session, now);
    const isEarlier = computeExpiry(session) < computeExpiry(read.session);
    if (computeTiming(session, now).isExpired) return;
    const land = () => {
      const stored = world.table.get(id);
      if (stored?.version !== read.version) return;
      const after: Stored = { ...stored, session, version: stored.version + 1 };
      world.write(id, isEarlier ? { ...after, rearm: stored.rearm === '1' ? '0' : '1' } : after);
    };
    if (isLate) this.#late = land;
    else land();
  }

  async take(one: Step): Promise<void> {
    const { world } = this;
    world.now += 1000 * one.wait;
    world.skew = one.skew;
    // A write that was decided on before lands between a timer's read and its fence.
    const late = this.#late;
    this.#late = undefined;
    world.beforeFence = () => late?.();
    if (!one.isDelayed) await world.fire(one.isTwice);
    late?.();
    world.beforeFence = () => {};
    const { id } = one;
    if (one.kind === 'create' && !world.table.has(id)) this.#create(id);
    else if (one.kind === 'delete') this.remove(id);
    else if (one.kind === 'shorter')
      this.#write(id, (session) => changeTimeout(session, { timeoutMinutes: 5 }), one);
    else if (one.kind === 'longer')
      this.#write(id, (session) => changeTimeout(session, { timeoutMinutes: 20 }), one);
    else if (one.kind !== 'create') this.#write(id, one.kind === 'renew' ? renew : heartbeat, one);
    if (!one.isDelayed) await world.publish(one.isTwice);
  }

  #create(id: string): void {
    const timeoutConfig = { ...ELIZAOS_DEFAULTS, timeoutMinutes: 10, maxDurationMinutes: 45 };
    const fields = { agentId: AGENT_ID, userId: USER_ID, metadata: {}, timeoutConfig };
    const session = newSession({ ...fields, sessionId: id, channelId: AGENT_ID }, this.world.now);
    this.world.write(id, { session, version: 1 });
  }

  remove(id: string, isByService = false): void {
    const stored = this.world.table.get(id);
    if (!stored) return;
    this.lives.push({ session: stored.session, ...(!isByService && { deletedAt: this.world.now }) });
    this.world.write(id, undefined, isByService);
  }

  /** Lets every session expire and be purged, and everything be delivered. */
  async rest(): Promise<void> {
    const { world } = this;
    world.skew = 0;
    for (let minutes = 0; minutes < 120; minutes += 1) {
      world.now += MINUTE;
      await world.fire();
      await world.publish();
    }
    world.now += PURGE_AFTER;
    for (const id of IDS) this.remove(id, true);
    await world.publish();
    await world.fire();
  }
}

const run = async (steps: Step[]): Promise<History> => {
  const history = new History();
  for (const one of steps) await history.take(one);
  await history.rest();
  return history;
};

const told = ({ world }: History, { session }: Life, type: string) =>
  world.told.filter(
    ({ event }) =>
      event.type === type &&
      event.detail.sessionId === session.sessionId &&
      event.detail.createdAt === new Date(session.createdAt).toISOString(),
  );

describe('events, whatever happens to sessions', () => {
  const histories = fc.array(step, { minLength: 1, maxLength: 25 });

  it('tell of each session its creation and its end, by its last state, and of none that is alive', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (steps) => {
        const history = await run(steps);
        for (const life of history.lives) {
          const { session, deletedAt = Number.POSITIVE_INFINITY } = life;
          const expiry = computeExpiry(session);
          expect(told(history, life, 'session.created').length).toBeGreaterThan(0);
          const ended = told(history, life, deletedAt === Infinity ? 'session.purged' : 'session.deleted');
          expect(ended.length).toBeGreaterThan(0);
          const expired = told(history, life, 'session.expired');
          // Deleted before its timer: the delete is what is told.
          if (deletedAt === Infinity) expect(expired.length).toBeGreaterThan(0);
          for (const { event, now } of expired) {
            expect(event.detail.expiresAt).toBe(new Date(expiry).toISOString());
            expect(event.detail.renewalCount).toBe(session.renewalCount);
            expect(now).toBeGreaterThanOrEqual(expiry);
            expect(now).toBeLessThanOrEqual(deletedAt);
          }
          for (const { event } of ended)
            expect(Date.parse(event.detail.endedAt ?? '')).toBeLessThanOrEqual(expiry);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('leave no timer when all is over', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (steps) => {
        const { world } = await run(steps);
        expect([...world.timers.values()]).toEqual([]);
        expect(world.stream).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('come within 130 seconds of an expiry where nothing is late', async () => {
    const prompt = histories.map((steps) =>
      steps.map((one) => ({ ...one, isLate: false, isDelayed: false, skew: 0 })),
    );
    await fc.assert(
      fc.asyncProperty(prompt, async (steps) => {
        const history = new History();
        for (const one of steps) {
          // Timers fire at their minute, not at the next step.
          const until = history.world.now + 1000 * one.wait;
          while (history.world.now + 1000 <= until) {
            history.world.now += 1000;
            if (history.world.now % MINUTE < 1000) await history.world.fire();
          }
          await history.take({ ...one, wait: 0 });
        }
        await history.rest();
        for (const life of history.lives.filter(({ deletedAt }) => deletedAt === undefined)) {
          const [first] = told(history, life, 'session.expired');
          expect((first?.now ?? Infinity) - computeExpiry(life.session)).toBeLessThanOrEqual(130_000);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('leave it to session.purged where a timer was lost', async () => {
    const history = new History();
    const created = { id: 'a', wait: 0, kind: 'create', isLate: false, skew: 0, isTwice: false } as const;
    await history.take({ ...created, isDelayed: false });
    history.world.timers.clear();
    await history.rest();
    const [life] = history.lives;
    if (!life) throw new Error('No session');
    expect(told(history, life, 'session.expired')).toEqual([]);
    expect(told(history, life, 'session.purged').length).toBe(1);
  });
});
