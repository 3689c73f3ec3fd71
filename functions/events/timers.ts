/** Arms timers: one-time schedules of EventBridge Scheduler, deleted after they fire. */
import { ConflictException, CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { clientConfig } from '../aws/client-config.ts';
import { CALL_DEADLINE_MS, withDeadline } from '../aws/deadlines.ts';
import { type Environment, SCHEDULE_GROUP, SCHEDULER_ENDPOINT, SCHEDULER_ROLE } from '../aws/environment.ts';
import { type TimedReference, timerName } from '../session/timer.ts';

/** The payload of a timer. */
export interface TimerInput {
  sessionId: string;
  /** Epoch milliseconds, as `instant`, at which the timer was to fire. */
  createdAt: number;
  instant: number;
}

export interface Timers {
  /** Arms a timer unless it is armed. */
  arm(session: TimedReference, instant: number): Promise<void>;
}

/** @returns timers that invoke the function of this ARN. */
export function schedulerTimers(environment?: Environment): (target: string) => Timers {
  const client = new SchedulerClient(clientConfig(SCHEDULER_ENDPOINT, environment));
  return (target) => ({
    async arm({ sessionId, createdAt }, instant) {
      const command = new CreateScheduleCommand({
        Name: timerName({ sessionId, createdAt }, instant),
        GroupName: SCHEDULE_GROUP.read(environment),
        ScheduleExpression: `at(${new Date(instant).toISOString().slice(0, 'YYYY-MM-DDThh:mm:ss'.length)})`,
        ScheduleExpressionTimezone: 'UTC',
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: {
          Arn: target,
          RoleArn: SCHEDULER_ROLE.read(environment),
          Input: toInput({ sessionId, createdAt, instant }),
        },
      });
      try {
        await withDeadline(CALL_DEADLINE_MS, (abortSignal) => client.send(command, { abortSignal }));
      } catch (error) {
        // Armed already, by an earlier delivery or by another timer of the session.
        if (!(error instanceof ConflictException)) throw error;
      }
    },
  });
}

/** JSON without `<`: EventBridge Scheduler replaces keywords such as `<aws.scheduler.execution-id>`. */
const toInput = (input: TimerInput): string => JSON.stringify(input).replaceAll('<', '\\u003c');
