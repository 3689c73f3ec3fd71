/** The calls to EventBridge and EventBridge Scheduler, and their failures. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ConflictException, CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventBus } from '../../../functions/events/bus.ts';
import { schedulerTimers } from '../../../functions/events/timers.ts';
import { createdEvent, type SessionEvent } from '../../../functions/session/event.ts';
import { ELIZAOS_DEFAULTS } from '../../../functions/session/timeout-config.ts';
import { AGENT_ID, USER_ID } from '../../support/session-item.ts';

const environment = {
  ...{ TABLE_NAME: 'sessions', EVENT_BUS: 'bus', SCHEDULE_GROUP: 'group', SCHEDULER_ROLE: 'arn:role' },
  ...{ AWS_REGION: 'us-east-1', EVENTBRIDGE_ENDPOINT: 'http://127.0.0.1:1' },
  SCHEDULER_ENDPOINT: 'http://127.0.0.1:1',
};
const NOON = Date.UTC(2026, 2, 2, 12);

const event = (sessionId: string): SessionEvent =>
  createdEvent({
    ...{ sessionId, agentId: AGENT_ID, userId: USER_ID, createdAt: NOON, lastActivity: NOON },
    ...{ metadata: {}, timeoutConfig: ELIZAOS_DEFAULTS, renewalCount: 0 },
  });

const bridge = mockClient(EventBridgeClient);
const scheduler = mockClient(SchedulerClient);
beforeEach(() => {
  bridge.reset();
  scheduler.reset();
});
afterEach(() => vi.restoreAllMocks());

describe('the bus', () => {
  const put = (count: number) =>
    eventBus(environment).put(Array.from({ length: count }, (_, index) => event(`s${index}`)));

  it('gets ten events in a call, each with the table that tells deployments apart', async () => {
    bridge.on(PutEventsCommand).callsFake(({ Entries: entries }) => ({
      Entries: entries.map(() => ({ EventId: 'x' })),
    }));
    expect(await put(23)).toEqual(Array.from({ length: 23 }));
    const calls = bridge.commandCalls(PutEventsCommand).map(({ args }) => args[0].input.Entries ?? []);
    expect(calls.map(({ length }) => length)).toEqual([10, 10, 3]);
    expect(calls[0]?.[0]).toMatchObject({
      ...{ Source: 'sessions-api', DetailType: 'session.created', EventBusName: 'bus', Time: new Date(NOON) },
    });
    expect(JSON.parse(calls[0]?.[0]?.Detail ?? '')).toMatchObject({ table: 'sessions', sessionId: 's0' });
  });

  it('says of each event whether it was accepted', async () => {
    bridge.on(PutEventsCommand).resolves({
      FailedEntryCount: 1,
      Entries: [{ EventId: 'x' }, { ErrorCode: 'ThrottlingException', ErrorMessage: 'quotes data' }],
    });
    const [first, second, third] = await put(3);
    expect(first).toBeUndefined();
    expect(second?.message).toBe('EventBridge: ThrottlingException');
    expect(third?.message).toBe('EventBridge: no result');
  });

  it('fails for all events of a call that fails, and goes on with the next call', async () => {
    bridge
      .on(PutEventsCommand)
      .rejectsOnce(new Error('ResourceNotFoundException'))
      .callsFake(({ Entries: entries }) => ({ Entries: entries.map(() => ({ EventId: 'x' })) }));
    const results = await put(12);
    expect(results.filter(Boolean).length).toBe(10);
    expect(results.slice(10)).toEqual([undefined, undefined]);
  });
});

describe('a timer', () => {
  const arm = (sessionId = 'a secret') =>
    schedulerTimers(environment)('arn:function').arm({ sessionId, createdAt: NOON }, NOON + 60_000);

  it('is a schedule that fires once, in UTC, and is deleted then', async () => {
    await arm();
    const [call] = scheduler.commandCalls(CreateScheduleCommand);
    const { input } = call?.args[0] ?? {};
    expect(input).toMatchObject({
      GroupName: 'group',
      ScheduleExpression: 'at(2026-03-02T12:01:00)',
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: { Arn: 'arn:function', RoleArn: 'arn:role' },
    });
    expect(JSON.parse(input?.Target?.Input ?? '')).toEqual({
      ...{ sessionId: 'a secret', createdAt: NOON, instant: NOON + 60_000 },
    });
    expect(input?.Name).not.toContain('secret');
  });

  it('hands an id over as it is, whatever EventBridge Scheduler would replace in it', async () => {
    await arm('<aws.scheduler.execution-id>');
    const input = scheduler.commandCalls(CreateScheduleCommand)[0]?.args[0].input.Target?.Input ?? '';
    expect(input).not.toContain('<');
    expect(JSON.parse(input).sessionId).toBe('<aws.scheduler.execution-id>');
  });

  it('is armed already where its name is taken', async () => {
    scheduler
      .on(CreateScheduleCommand)
      .rejects(new ConflictException({ message: '', Message: '', $metadata: {} }));
    await expect(arm()).resolves.toBeUndefined();
  });

  it.each(['ThrottlingException', 'ResourceNotFoundException', 'ValidationException'])(
    'fails with %s',
    async (name) => {
      scheduler.on(CreateScheduleCommand).rejects(Object.assign(new Error(name), { name }));
      await expect(arm()).rejects.toThrow(name);
    },
  );
});
