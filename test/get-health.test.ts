import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, expect, it, vi } from 'vitest';
import { routeOf } from './support/event.ts';
import { handlerOf, invoke } from './support/handlers.ts';

const dynamodb = mockClient(DynamoDBClient);
afterEach(() => {
  dynamodb.reset();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

it("logs why the service is unhealthy, under the client's id and Lambda's own", async () => {
  vi.stubEnv('TABLE_NAME', 'sessions');
  const logged: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => logged.push(String(line)) > 0);
  dynamodb.on(DescribeTableCommand).rejects(new Error('no route to host'));
  const route = routeOf('GetHealth');
  expect((await invoke(await handlerOf(route), route, {})).status).toBe(503);
  expect(logged).toHaveLength(1);
  expect(JSON.parse(logged[0] ?? '')).toMatchObject({
    requestId: 'JKJaXmPLvHcESHA=',
    functionRequestId: 'aws-1',
    errorMessage: 'no route to host',
  });
});
