import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { publishRecords } from '../../../functions/events/publish.ts';
import type { SessionEvent } from '../../../functions/session/event.ts';
import { ELIZAOS_DEFAULTS } from '../../../functions/session/timeout-config.ts';
import { assertEvent } from '../../support/event-schema.ts';
import { MINUTE, sessionItem } from '../../support/session-item.ts';

const NOW = Date.UTC(2026, 2, 2, 12);
const image = (fields: Record<string, unknown> = {}) => marshall(sessionItem(fields, NOW));

type Images = { before?: object; after?: object; at?: number; byService?: boolean };
let sequence = 0;
function record({ before, after, at = NOW, byService = false }: Images): DynamoDBRecord {
  sequence += 1;
  return {
    dynamodb: {
      ...(after && { NewImage: after }),
      ...(before && { OldImage: before }),
      ApproximateCreationDateTime: at / 1000,
      SequenceNumber: String(sequence),
    },
    ...(byService && { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }),
  } as DynamoDBRecord;
}

interface Failures {
  /** Of sessions whose timer can't be armed. */
  timers?: string[];
  /** Of sessions whose event the bus rejects. */
  bus?: string[];
}

async function publish(records: DynamoDBRecord[], { timers = [], bus = [] }: Failures = {}) {
  const events: SessionEvent[] = [];
  const armed: [string, number][] = [];
  const reported: unknown[] = [];
  const failed = await publishRecords(records, {
    bus: {
      put: async (put) => {
        events.push(...put);
        return put.map(({ detail }) => (bus.includes(detail.sessionId) ? new Error('bus') : undefined));
      },
    },
    timers: {
      arm: async ({ sessionId }, instant) => {
        if (timers.includes(sessionId)) throw new Error('timer');
        armed.push([sessionId, instant]);
      },
    },
    defaults: ELIZAOS_DEFAULTS,
    now: NOW,
    report: (failure) => reported.push(failure),
  });
  for (const { type, at, detail } of events) {
    const time = new Date(at).toISOString();
    assertEvent({ source: 'sessions-api', 'detail-type': type, time, detail: { table: 't', ...detail } });
  }
  return { events, armed, reported, failed };
}

describe('the records of the stream', () => {
  it('of a new session publish its creation and arm a timer', async () => {
    const { events, armed } = await publish([record({ after: image() })]);
    expect(events).toMatchObject([{ type: 'session.created', at: NOW, detail: { sessionId: 'session-1' } }]);
    expect(events[0]?.detail).not.toHaveProperty('metadata');
    expect(armed).toEqual([['session-1', NOW + 31 * MINUTE]]);
  });

  it('of a session that expires earlier arm a timer alone', async () => {
    const timeoutConfig = { ...ELIZAOS_DEFAULTS, timeoutMinutes: 10 };
    const { events, armed } = await publish([
      record({ before: image(), after: image({ timeoutConfig, rearm: '1' }) }),
    ]);
    expect(events).toEqual([]);
    expect(armed).toEqual([['session-1', NOW + 11 * MINUTE]]);
  });

  const purgeAt = NOW / 1000 + 1800 + 86_400;
  it.each([
    ['session.deleted', { at: NOW + MINUTE }, NOW + MINUTE],
    // Expired before.
    ['session.deleted', { at: NOW + 60 * MINUTE }, NOW + 30 * MINUTE],
    ['session.purged', { at: NOW + 60 * MINUTE, byService: true }, NOW + 30 * MINUTE],
    // By a replica, where DynamoDB's purge is a delete.
    ['session.purged', { at: 1000 * purgeAt }, NOW + 30 * MINUTE],
    ['session.deleted', { at: 1000 * purgeAt - 1000 }, NOW + 30 * MINUTE],
    // In the second of its creation: the stream's time has no milliseconds.
    ['session.deleted', { at: NOW - 1000 }, NOW],
  ])('of a removed session publish %s, with the end of its life: %j', async (type, how, endedAt) => {
    const { events } = await publish([record({ before: image({ purgeAt }), ...how })]);
    expect(events).toMatchObject([{ type, detail: { endedAt: new Date(endedAt).toISOString() } }]);
  });

  it('have the same ids when they are delivered again, and others for another life of the id', async () => {
    const [created, anew] = [
      record({ after: image() }),
      record({ after: image({ createdAt: '2026-03-02T12:00:01.000Z' }) }),
    ];
    const first = await publish([created, anew]);
    const again = await publish([created, anew]);
    expect(again.events.map(({ detail }) => detail.id)).toEqual(first.events.map(({ detail }) => detail.id));
    expect(new Set(first.events.map(({ detail }) => detail.id)).size).toBe(2);
  });

  it('are delivered again where a timer or an event was not accepted, entry by entry', async () => {
    const records = ['a', 'b', 'c', 'd'].map((sessionId) => record({ after: image({ sessionId }) }));
    const { failed, events, reported } = await publish(records, { timers: ['b'], bus: ['d'] });
    expect(failed).toEqual([records[1], records[3]]);
    // One without its timer is told when it has one.
    expect(events.map(({ detail }) => detail.sessionId)).toEqual(['a', 'c', 'd']);
    expect(reported).toMatchObject([{ message: 'timer' }, { message: 'bus' }]);
  });

  it('of a malformed item are reported and skipped: they would hold up the others', async () => {
    const records = [record({ after: image({ agentId: 'none' }) }), record({ after: image() })];
    const { failed, events, reported } = await publish(records);
    expect(failed).toEqual([]);
    expect(events.length).toBe(1);
    expect(reported).toMatchObject([{ name: 'MalformedItem' }]);
    // Deleted, it is no fault any more.
    expect((await publish([record({ before: image({ agentId: 'none' }) })])).reported).toEqual([]);
  });
});
