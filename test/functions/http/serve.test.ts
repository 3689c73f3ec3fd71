import type { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WARM_UP_DEADLINE_MS } from '../../../functions/aws/deadlines.ts';
import {
  API_KEYS_SECRET,
  COUNT_SESSIONS,
  DYNAMODB_ENDPOINT,
  IDEMPOTENCY_SALT,
  SECRETS_MANAGER_ENDPOINT,
  SERVICE_NAME,
  TABLE_NAME,
} from '../../../functions/aws/environment.ts';
import { ok } from '../../../functions/http/respond.ts';
import { serve } from '../../../functions/http/serve.ts';
import { SessionNotFound } from '../../../functions/session/errors.ts';
import { getSession } from '../../../functions/session/store/get.ts';
import { type SessionsTable, sessionsTable } from '../../../functions/session/store/table.ts';
import { type Route, routes } from '../../../infra/routes.ts';
import { type FaultyServer, startFaultyServer } from '../../support/faulty-server.ts';
import { invoke, loadHandler } from '../../support/handlers.ts';

const REFERENCE = { sessionId: 'session-1', caller: { kind: 'anyone' } } as const;

const item = { sessionId: { S: 'x' } };
const response = (status: string, body: object) => {
  const text = JSON.stringify(body);
  return `HTTP/1.1 ${status}\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
};
const denied = response('400 Bad Request', {
  __type: 'com.amazon.coral.service#AccessDeniedException',
  message: 'no',
});

const throttled = response('400 Bad Request', {
  __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
});

/** A route that reads one session. */
const route = (table: SessionsTable) => async () => ok(await getSession(table, REFERENCE));

let server: FaultyServer;
afterEach(() => {
  vi.restoreAllMocks();
  return server.close();
});

function tableAt({ endpoint }: FaultyServer): SessionsTable {
  return sessionsTable({ TABLE_NAME: 'sessions', DYNAMODB_ENDPOINT: endpoint, AWS_REGION: 'us-east-1' });
}

describe('the warm-up of a route', () => {
  it('leaves an open connection, over which the first request goes', async () => {
    server = await startFaultyServer((socket) => socket.write(response('200 OK', {})));
    const table = tableAt(server);
    await serve(route, {}, table);
    await expect(getSession(table, REFERENCE)).rejects.toThrow(SessionNotFound);
    expect(server.connections()).toBe(1);
    expect(server.requests()).toBe(2);
  });

  it.each([
    ['is denied', (socket: Socket) => socket.write(denied), 1],
    ['is throttled', (socket: Socket) => socket.write(throttled), 1],
    ['is reset', (socket: Socket) => socket.destroy(), 1],
    ['gets nonsense', (socket: Socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n<a>'), 1],
  ])(
    'that %s tries no more, says nothing, and the first request after it works',
    async (_what, fault, requests) => {
      const logged = vi.spyOn(process.stdout, 'write');
      let broken = true;
      server = await startFaultyServer((socket) => {
        if (broken) fault(socket);
        else socket.write(response('200 OK', { Item: item }));
      });
      const table = tableAt(server);
      await serve(route, {}, table);
      expect(server.requests()).toBe(requests);
      expect(logged).not.toHaveBeenCalled();
      broken = false;
      await expect(getSession(table, REFERENCE)).rejects.toThrow('agentId');
    },
  );

  it('that gets no response gives up by its deadline, and the first request after it takes a new connection', async () => {
    let silent = true;
    const reached = Promise.withResolvers<void>();
    server = await startFaultyServer((socket) => {
      if (silent) reached.resolve();
      else socket.write(response('200 OK', {}));
    });
    const table = tableAt(server);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const served = serve(route, {}, table);
    await reached.promise;
    await vi.advanceTimersByTimeAsync(WARM_UP_DEADLINE_MS);
    await served;
    vi.useRealTimers();
    const before = server.connections();
    silent = false;
    await expect(getSession(table, REFERENCE)).rejects.toThrow(SessionNotFound);
    expect(server.connections()).toBe(before + 1);
  });

  it('makes no call when the function has no table', async () => {
    server = await startFaultyServer((socket) => socket.destroy());
    await serve(route, {}, sessionsTable({ DYNAMODB_ENDPOINT: server.endpoint, AWS_REGION: 'us-east-1' }));
    expect(server.requests()).toBe(0);
  });
});

const READ = /x-amz-target: \S+\.(GetItem|Query|BatchGetItem)\r/;
const WRITE = /x-amz-target: \S+\.(Put|Delete|Update)Item\r/;

describe('the init phase of a function', () => {
  const served = routes.filter(({ id }) => id !== 'RefuseMessages');
  const load = async (route: Route) => {
    vi.stubEnv(TABLE_NAME.name, 'sessions');
    vi.stubEnv(DYNAMODB_ENDPOINT.name, server.endpoint);
    vi.stubEnv(SERVICE_NAME.name, 'Sessions-test');
    vi.stubEnv(COUNT_SESSIONS.name, 'on');
    vi.stubEnv(IDEMPOTENCY_SALT.name, 'test');
    vi.resetModules();
    const logged = vi.spyOn(process.stdout, 'write');
    const handler = await loadHandler(route);
    return { handler, logged };
  };
  afterEach(() => vi.unstubAllEnvs());

  it.each(served)('of $id costs a read unit and a write unit at most, and no item notices', async (route) => {
    const received: string[] = [];
    server = await startFaultyServer((socket, request) => {
      received.push(request);
      const failed = { __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException' };
      socket.write(WRITE.test(request) ? response('400 Bad Request', failed) : response('200 OK', {}));
    });
    const { logged } = await load(route);
    const writes = received.filter((request) => WRITE.test(request));
    const reads = received.filter((request) => READ.test(request));
    const free = received.filter((request) => request.includes('.DescribeTable\r'));
    expect(received.length).toBeGreaterThan(0);
    expect([...writes, ...reads, ...free]).toHaveLength(received.length);
    expect(writes.length).toBeLessThanOrEqual(1);
    expect(reads.length).toBeLessThanOrEqual(2);
    for (const read of reads) expect(read).not.toMatch(/"ConsistentRead":true|"ConditionExpression"/);
    for (const write of writes)
      expect(write).toContain('attribute_exists(sessionId) AND attribute_not_exists(sessionId)');
    expect(logged).not.toHaveBeenCalled();
  });

  it.each(served)('of $id names what no session can be known to have', async (route) => {
    const received: string[] = [];
    server = await startFaultyServer((socket, request) => {
      received.push(request);
      socket.write(response('200 OK', {}));
    });
    await load(route);
    // A put makes up its own.
    const named = received.filter((request) => !request.includes('.PutItem\r'));
    const keys = named.flatMap((request) => request.match(/"(sessionId|:value)":\{"S":"[^"]*"\}/g) ?? []);
    const health = '"sessionId":{"S":"health"}';
    for (const key of keys.filter((one) => one !== health))
      expect(key).toMatch(/"00000000-0000-4000-8000-\d{12}"/);
  });

  it.each(served)('of $id is not hindered by a DynamoDB that denies, and says nothing', async (route) => {
    server = await startFaultyServer((socket) => socket.write(denied));
    const { handler, logged } = await load(route);
    expect(logged).not.toHaveBeenCalled();
    const { status } = await invoke(handler, route, { sessionId: 'session-1' });
    // The first request says what is wrong: in its response and in the log.
    expect(status).toBeGreaterThanOrEqual(400);
  });
});

it("the authorizer's init reads its secret, and gives up by the deadline of a warm-up", async () => {
  const reached = Promise.withResolvers<void>();
  server = await startFaultyServer(() => reached.resolve());
  vi.stubEnv(API_KEYS_SECRET.name, 'keys');
  vi.stubEnv(SECRETS_MANAGER_ENDPOINT.name, server.endpoint);
  vi.resetModules();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const loaded = import('../../../functions/authorize-api-key.ts');
  await reached.promise;
  await vi.advanceTimersByTimeAsync(WARM_UP_DEADLINE_MS);
  await loaded;
  vi.useRealTimers();
  vi.unstubAllEnvs();
  expect(server.requests()).toBe(1);
});
