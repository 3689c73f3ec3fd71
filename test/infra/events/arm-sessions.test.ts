import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type ArmProgress, armSessions } from '../../../infra/events/arm-sessions.ts';
import { MINUTE, sessionItem, without } from '../../support/session-item.ts';
import { createSessionsTable, type TestTable } from '../../support/sessions-table.ts';

let table: TestTable;
let dynamodb: DynamoDBClient;
beforeAll(async () => {
  table = await createSessionsTable();
  dynamodb = new DynamoDBClient({ endpoint: table.endpoint, region: 'us-east-1' });
  const now = Date.now();
  const alive = Array.from({ length: 130 }, (_, index) => sessionItem({ sessionId: `alive-${index}` }, now));
  await table.putMany([
    ...alive,
    sessionItem({ sessionId: 'expired' }, now - 31 * MINUTE),
    sessionItem({ sessionId: 'malformed', agentId: 'none' }, now),
    // By the deployment's default of 60 minutes it is alive.
    without(sessionItem({ sessionId: 'by default' }, now - 31 * MINUTE), 'timeoutConfig'),
  ]);
});
afterAll(async () => {
  dynamodb.destroy();
  await table.close();
});

const lambda = mockClient(LambdaClient);
beforeEach(() => {
  lambda.reset();
  const Variables = { TABLE_NAME: table.name, SESSION_DEFAULT_TIMEOUT_MINUTES: '60' };
  lambda.on(GetFunctionConfigurationCommand).resolves({ Environment: { Variables } });
  lambda.on(InvokeCommand).resolves({ StatusCode: 202 });
});

const run = (
  report: (progress: ArmProgress) => void = () => {},
  { from, hasExpired = false }: { from?: string | undefined; hasExpired?: boolean } = {},
) =>
  armSessions({
    ...{ dynamodb, functionArn: 'arn:function:live', rate: 1000, report, from, hasExpired },
    lambda: lambda as unknown as LambdaClient,
  });

const invoked = () =>
  lambda.commandCalls(InvokeCommand).map(({ args }) => {
    const { FunctionName, InvocationType, Payload } = args[0].input;
    return { FunctionName, InvocationType, ...JSON.parse(String(Payload)) };
  });

it('arms a timer for each session that is alive, by the defaults of the deployment', async () => {
  expect(await run()).toEqual({ armed: 131, skipped: 2, next: undefined });
  const calls = invoked();
  expect(new Set(calls.map(({ sessionId }) => sessionId)).size).toBe(131);
  expect(calls.map(({ sessionId }) => sessionId)).toContain('by default');
  expect(calls[0]).toMatchObject({ FunctionName: 'arn:function:live', InvocationType: 'Event', instant: 0 });
});

it('goes on after the session that a run which was stopped has reported', async () => {
  const reported: (string | undefined)[] = [];
  await run(({ next }) => reported.push(next));
  expect(reported.length).toBe(2);
  lambda.resetHistory();
  const { armed } = await run(() => {}, { from: reported[0] });
  expect(armed).toBeLessThan(40);
  expect(invoked().length).toBe(armed);
});

it('hands over expired sessions too when it is asked to, whose events were lost', async () => {
  expect(await run(() => {}, { hasExpired: true })).toMatchObject({ armed: 132, skipped: 1 });
  expect(invoked().map(({ sessionId }) => sessionId)).toContain('expired');
});
