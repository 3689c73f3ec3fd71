import { describe, expect, it } from 'vitest';
import { expire } from '../../../functions/events/expire.ts';
import type { SessionEvent } from '../../../functions/session/event.ts';
import type { Session } from '../../../functions/session/session.ts';
import { ELIZAOS_DEFAULTS } from '../../../functions/session/timeout-config.ts';
import { assertEvent } from '../../support/event-schema.ts';
import { AGENT_ID, MINUTE, USER_ID } from '../../support/session-item.ts';

const CREATED = Date.UTC(2026, 2, 2, 12);
const EXPIRY = CREATED + 30 * MINUTE;

const session = (fields: Partial<Session> = {}): Session => ({
  sessionId: 'one',
  agentId: AGENT_ID,
  userId: USER_ID,
  createdAt: CREATED,
  lastActivity: CREATED,
  metadata: { secret: 'stays' },
  timeoutConfig: ELIZAOS_DEFAULTS,
  renewalCount: 2,
  ...fields,
});

interface World {
  /** What is stored at each read; the last one stays. */
  stored?: (Session | undefined)[];
  now?: number;
  instant?: number;
  /** Whether each fence finds the session unchanged; the last one stays. */
  fences?: boolean[];
  busFailure?: Error;
}

async function fire({
  stored = [session()],
  now = EXPIRY + 10_000,
  instant = 0,
  fences = [true],
  busFailure,
}: World) {
  const calls: string[] = [];
  const events: SessionEvent[] = [];
  const armed: number[] = [];
  const next = <T>(values: T[]): T => (values.length > 1 ? (values.shift() as T) : (values[0] as T));
  const result = expire(
    { sessionId: 'one', createdAt: CREATED, instant },
    {
      read: async () => {
        calls.push('read');
        const found = next(stored);
        return found && { session: found, item: {} };
      },
      fence: async () => {
        calls.push('fence');
        return next(fences);
      },
      bus: {
        put: async (put) => {
          calls.push('put');
          events.push(...put);
          return put.map(() => busFailure);
        },
      },
      timers: {
        arm: async (_session, at) => {
          calls.push('arm');
          armed.push(at);
        },
      },
      now: () => now,
    },
  );
  const failure = await result.then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { calls: calls.join(' '), events, armed, failure };
}

describe('a timer that fires', () => {
  it('ends silently for a session that is gone, and for one that was created anew', async () => {
    expect((await fire({ stored: [undefined] })).calls).toBe('read');
    const anew = await fire({ stored: [session({ createdAt: CREATED + 1 })] });
    expect(anew).toMatchObject({ calls: 'read', failure: undefined });
  });

  it.each([
    [EXPIRY - 20 * MINUTE, 'read arm'],
    [EXPIRY + 9_999, 'read arm'],
    [EXPIRY + 10_000, 'read fence put'],
  ])('at %s arms the next one or publishes: %s', async (now, calls) => {
    expect((await fire({ now })).calls).toBe(calls);
  });

  it('before its time arms a later one', async () => {
    const { armed } = await fire({ now: EXPIRY - 30_000, instant: EXPIRY + MINUTE });
    expect(armed).toEqual([EXPIRY + 2 * MINUTE]);
  });

  it('publishes only what no write can change any more', async () => {
    const renewed = session({ renewedAt: EXPIRY - 1, renewalCount: 3 });
    const { calls, armed, events } = await fire({ stored: [session(), renewed], fences: [false, true] });
    expect(calls).toBe('read fence read arm');
    expect(armed).toEqual([EXPIRY + 31 * MINUTE]);
    expect(events).toEqual([]);
  });

  it('fires again where the session is written each time, and where the bus does not accept the event', async () => {
    expect((await fire({ fences: [false] })).failure).toMatch(/written each time/);
    expect((await fire({ busFailure: new Error('ThrottlingException') })).failure).toBe(
      'ThrottlingException',
    );
  });

  it.each([
    ['idle', {}],
    ['maxDuration', { renewedAt: CREATED + 710 * MINUTE }],
  ])('says why the session has expired: %s', async (reason, fields) => {
    const { events } = await fire({ stored: [session(fields)], now: CREATED + 800 * MINUTE });
    const [event] = events;
    expect(event?.detail).toMatchObject({ reason, renewalCount: 2 });
    expect(event?.detail.endedAt).toBe(event?.detail.expiresAt);
    expect(JSON.stringify(event)).not.toContain('stays');
    assertEvent({
      source: 'sessions-api',
      'detail-type': event?.type,
      time: new Date(event?.at ?? 0).toISOString(),
      detail: { table: 'table', ...event?.detail },
    });
  });
});
