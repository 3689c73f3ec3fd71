import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import { toSessionInfo } from '../../../../functions/http/session-info.ts';
import { MalformedItem, parseItem, toItem } from '../../../../functions/session/store/item.ts';
import { ELIZAOS_DEFAULTS } from '../../../../functions/session/timeout-config.ts';
import { computeTiming } from '../../../../functions/session/timing.ts';
import { MINUTE, sessionItem, without } from '../../../support/session-item.ts';

const NOON = Date.UTC(2026, 2, 2, 12);
const parse = (item: Record<string, unknown>) => parseItem(item, ELIZAOS_DEFAULTS);

/** The attribute that parsing complains of; undefined when it does not. */
function corruptAttribute(item: Record<string, unknown>): string | undefined {
  try {
    parse(item);
    return undefined;
  } catch (error) {
    if (error instanceof MalformedItem) return error.fields.attribute;
    throw error;
  }
}

describe('a stored item', () => {
  it('may leave out everything that has a default', () => {
    let item = sessionItem({}, NOON);
    for (const optional of ['metadata', 'timeoutConfig', 'renewalCount']) item = without(item, optional);
    expect(parse(item)).toMatchObject({ metadata: {}, timeoutConfig: ELIZAOS_DEFAULTS, renewalCount: 0 });
  });

  it('gets the default of each timeout setting that it lacks, and keeps its own others', () => {
    const session = parse(sessionItem({ timeoutConfig: { timeoutMinutes: 7, autoRenew: false } }));
    expect(session.timeoutConfig).toEqual({ ...ELIZAOS_DEFAULTS, timeoutMinutes: 7, autoRenew: false });
  });

  it('may have attributes that are not ours', () => {
    expect(parse(sessionItem({ tenant: 'acme', version: 3, purgeAt: 1 }))).not.toHaveProperty('tenant');
  });

  it.each([
    ['sessionId', ['', 7]],
    ['agentId', [undefined, 'agent-1', '3c90c3cc0d444b5088888dd25736052a']],
    ['userId', [undefined, null]],
    ['channelId', ['general']],
    [
      'createdAt',
      [undefined, 'yesterday', NOON, '2026-03-02', '2026-03-02 12:00:00Z', '2026-03-02T12:00:00'],
    ],
    ['createdAt', ['2026-03-02T12:00:00+02:00', '2026-02-30T12:00:00.000Z', '2026-03-02T24:00:00.000Z']],
    ['createdAt', ['2026-03-02T23:59:60.000Z', '+012026-03-02T12:00:00.000Z']],
    ['lastActivity', [undefined, '2026-13-02T12:00:00.000Z']],
    ['renewedAt', ['']],
    ['metadata', ['{}', [], new Set(['a'])]],
    ['renewalCount', [-1, 1.5, '3']],
    ['timeoutConfig', [[30], 30]],
  ] as [string, unknown[]][])('is corrupt when its %s is one of %j', (attribute, values) => {
    for (const value of values) {
      const item =
        value === undefined ? without(sessionItem(), attribute) : sessionItem({ [attribute]: value });
      expect([value, corruptAttribute(item)]).toEqual([value, attribute]);
    }
  });

  it.each([
    ['timeoutMinutes', [-3, 'abc', '30', 0.5]],
    ['maxDurationMinutes', [-1, 2 ** 53]],
    ['warningThresholdMinutes', [true]],
    ['autoRenew', ['false', 0]],
  ] as [string, unknown[]][])('is corrupt when its timeoutConfig.%s is one of %j', (field, values) => {
    for (const value of values) {
      const found = corruptAttribute(sessionItem({ timeoutConfig: { [field]: value } }));
      expect([value, found]).toEqual([value, `timeoutConfig.${field}`]);
    }
  });

  it.each(['channelId', 'renewedAt', 'metadata', 'renewalCount', 'timeoutConfig'])(
    'lacks its optional %s when that holds NULL',
    (attribute) => {
      const item = sessionItem({}, NOON);
      expect(parse({ ...item, [attribute]: null })).toEqual(parse(without(item, attribute)));
    },
  );

  it('has the default of a setting that holds NULL', () => {
    const nothing = { timeoutMinutes: null, autoRenew: null };
    const item = sessionItem({ timeoutConfig: {} }, NOON);
    expect(parse({ ...item, timeoutConfig: nothing })).toEqual(parse(item));
  });

  it.each([
    ['2026-03-02T12:00Z', NOON],
    ['2026-03-02T12:00:00Z', NOON],
    ['2026-03-02T12:00:00.5Z', NOON + 500],
    ['2026-03-02T12:00:00.500123+00:00', NOON + 500],
    ['2026-03-02T12:00:00.500123Z', NOON + 500],
    ['2026-03-02T12:00:00.500123456Z', NOON + 500],
  ])('takes an instant as other languages write it: %s', (createdAt, instant) => {
    expect(parse(sessionItem({ createdAt })).createdAt).toBe(instant);
  });

  it('ends in the year 9999 at the latest, which is the last that a date-time can say', () => {
    const forEver = { timeoutMinutes: 1e10, maxDurationMinutes: 1e10 };
    for (const item of [
      sessionItem({ timeoutConfig: forEver }),
      without(sessionItem({ createdAt: '9999-12-31T23:59:59.999Z' }), 'timeoutConfig'),
    ]) {
      expect(computeTiming(parse(item), NOON).expiresAt).toBe(Date.parse('9999-12-31T23:59:59.999Z'));
    }
  });

  it('keeps what a key __proto__ brings along out of its maps', () => {
    const inherits = (own: object) =>
      Object.assign(Object.create({ timeoutMinutes: 7, inherited: true }), own);
    const session = parse(sessionItem({ metadata: inherits({ own: 1 }), timeoutConfig: inherits({}) }));
    expect(session.metadata).toEqual({ own: 1 });
    expect(session.timeoutConfig.timeoutMinutes).toBe(30);
  });

  it('names the attribute and tells nothing of its value when it is corrupt', () => {
    const parsing = () => parse(sessionItem({ userId: 'jane@example.com' }));
    expect(parsing).toThrow(MalformedItem);
    expect(parsing).not.toThrow(/jane/);
  });
});

describe('the public form of a session', () => {
  it('has the fields of the specification and their exact values', () => {
    const session = parse(sessionItem({ renewalCount: 2 }, NOON));
    expect(toSessionInfo({ session: session, timing: computeTiming(session, NOON + 26 * MINUTE) })).toEqual({
      sessionId: 'session-1',
      agentId: '3c90c3cc-0d44-4b50-8888-8dd25736052a',
      userId: '9b2d7c61-8d5e-4a34-b1f7-6c0e5a9d3f12',
      createdAt: '2026-03-02T12:00:00.000Z',
      lastActivity: '2026-03-02T12:00:00.000Z',
      metadata: { channel: 'web' },
      expiresAt: '2026-03-02T12:30:00.000Z',
      timeoutConfig: {
        timeoutMinutes: 30,
        autoRenew: true,
        maxDurationMinutes: 720,
        warningThresholdMinutes: 5,
      },
      renewalCount: 2,
      timeRemaining: 4 * MINUTE,
      isNearExpiration: true,
    });
  });

  it('keeps to itself when the session was last renewed', () => {
    const session = parse(sessionItem({ renewedAt: '2026-03-02T12:10:00.000Z' }, NOON));
    expect(toSessionInfo({ session: session, timing: computeTiming(session, NOON) })).not.toHaveProperty(
      'renewedAt',
    );
  });
});

describe('the item of a session', () => {
  it('reads back as the same session', () => {
    const channelId = 'b1a7e0a2-6a0e-4a57-9a8e-0f6f5f3f9f10';
    const session = parse(sessionItem({ channelId, renewedAt: '2026-03-02T12:10:00.000Z' }, NOON));
    expect(parse(unmarshall(marshall(toItem(session))))).toEqual(session);
  });

  it('is purged a day after the session expires, in whole seconds of epoch time', () => {
    const session = parse(sessionItem({}, NOON + 1));
    expect(toItem(session)['purgeAt']).toBe(Date.UTC(2026, 2, 3, 12, 30, 1) / 1000);
  });
});
