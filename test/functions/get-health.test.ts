import { DescribeTableCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { COUNT_LIVES_MS } from '../../functions/session/store/describe.ts';
import { findRoute } from '../support/event.ts';
import { invoke, loadHandler } from '../support/handlers.ts';

const dynamodb = mockClient(DynamoDBClient);
const route = findRoute('GetHealth');
let logged: string[] = [];

beforeEach(() => {
  logged = [];
  vi.resetModules();
  vi.stubEnv('TABLE_NAME', 'sessions');
  vi.stubEnv('COUNT_SESSIONS', 'on');
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => logged.push(String(line)) > 0);
  vi.useFakeTimers({ toFake: ['Date'], now: 1000 });
  dynamodb.on(GetItemCommand).resolves({});
  dynamodb.on(DescribeTableCommand).resolves({ Table: { ItemCount: 42 } });
});
afterEach(() => {
  dynamodb.reset();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

/** The function, its init behind it. */
async function load(): Promise<void> {
  await loadHandler(route);
  dynamodb.resetHistory();
}

const ask = async () => await invoke(await loadHandler(route), route, {});

describe('the health of the service', () => {
  it('is that of the data plane: one eventually consistent read', async () => {
    await load();
    expect(await ask()).toMatchObject({ status: 200, body: { status: 'healthy', activeSessions: 42 } });
    const [read, ...more] = dynamodb.commandCalls(GetItemCommand).map(({ args: [{ input }] }) => input);
    expect(read).toMatchObject({ TableName: 'sessions', Key: { sessionId: { S: 'health' } } });
    expect(read?.ConsistentRead).toBeUndefined();
    expect(more).toEqual([]);
  });

  it('asks for the count of items at most once a minute, whether it is told or not', async () => {
    await load();
    for (const responses of [true, false]) {
      dynamodb.resetHistory();
      if (!responses) dynamodb.on(DescribeTableCommand).rejects(new Error('denied'));
      vi.setSystemTime(Date.now() + COUNT_LIVES_MS);
      for (let second = 0; second < 60; second += 1) {
        expect(await ask()).toMatchObject({ status: 200, body: { activeSessions: responses ? 42 : 0 } });
        vi.setSystemTime(Date.now() + 999);
      }
      expect(dynamodb.commandCalls(DescribeTableCommand)).toHaveLength(1);
    }
    expect(logged).toEqual([]);
  });

  it('asks for the count again when the clock was set back', async () => {
    vi.setSystemTime(60 * 60_000);
    await ask();
    dynamodb.on(DescribeTableCommand).resolves({ Table: { ItemCount: 43 } });
    vi.setSystemTime(0);
    expect(await ask()).toMatchObject({ body: { activeSessions: 43 } });
  });

  it('asks for no count where callers are known', async () => {
    vi.stubEnv('COUNT_SESSIONS', 'off');
    expect(await ask()).toMatchObject({ status: 200, body: { activeSessions: 0 } });
    expect(dynamodb.commandCalls(DescribeTableCommand)).toEqual([]);
  });

  it("is bad when the read fails; the log says why, under the client's id and Lambda's own", async () => {
    dynamodb.on(GetItemCommand).rejects(Object.assign(new Error('no route'), { code: 'EHOSTUNREACH' }));
    expect(await ask()).toMatchObject({ status: 503, body: { status: 'unhealthy', activeSessions: 0 } });
    expect(logged).toHaveLength(1);
    expect(JSON.parse(logged[0] ?? '')).toMatchObject({
      requestId: 'JKJaXmPLvHcESHA=',
      functionRequestId: 'aws-1',
      errorCode: 'EHOSTUNREACH',
    });
  });
});
