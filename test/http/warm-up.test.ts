import type { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WARM_UP_DEADLINE_MS } from '../../functions/aws/deadlines.ts';
import { ok, respond } from '../../functions/http/respond.ts';
import { warmUp } from '../../functions/http/warm-up.ts';
import { findSession } from '../../functions/session/store/find.ts';
import { type SessionsTable, sessionsTable } from '../../functions/session/store/table.ts';
import { type FaultyServer, startFaultyServer } from '../support/faulty-server.ts';

const ANYONE = { kind: 'anyone' } as const;

const item = { sessionId: { S: 'x' } };
const answer = (status: string, body: object) => {
  const text = JSON.stringify(body);
  return `HTTP/1.1 ${status}\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
};
const denied = answer('400 Bad Request', {
  __type: 'com.amazon.coral.service#AccessDeniedException',
  message: 'no',
});

/** A route that reads one session and answers whether there was one. */
const route = (find: (sessionId: string) => Promise<unknown>) =>
  respond(async () => ok({ found: (await find('session-1')) !== undefined }));

let server: FaultyServer;
afterEach(() => {
  vi.restoreAllMocks();
  return server.close();
});

function tableAt({ endpoint }: FaultyServer): SessionsTable {
  return sessionsTable({ TABLE_NAME: 'sessions', DYNAMODB_ENDPOINT: endpoint, AWS_REGION: 'us-east-1' });
}

describe('the warm-up of a function', () => {
  it('leaves an open connection, over which the first request goes', async () => {
    server = await startFaultyServer((socket) => socket.write(answer('200 OK', {})));
    const table = tableAt(server);
    await warmUp(table, route);
    await findSession(table, { sessionId: 'session-1', caller: ANYONE });
    expect(server.connections()).toBe(1);
    expect(server.requests()).toBe(3);
  });

  it('reads weakly and what no session needs, for half a read unit each', async () => {
    const received: string[] = [];
    server = await startFaultyServer((socket, request) => {
      received.push(request);
      socket.write(answer('200 OK', {}));
    });
    await warmUp(tableAt(server), route);
    for (const request of received) expect(request).not.toContain('ConsistentRead');
  });

  it.each([
    ['is denied', (socket: Socket) => socket.write(denied), 1],
    ['is reset', (socket: Socket) => socket.destroy(), 3],
    ['gets nonsense', (socket: Socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n<a>'), 1],
  ])('that %s says nothing, and the first request after it works', async (_what, fault, requests) => {
    const logged = vi.spyOn(process.stdout, 'write');
    let broken = true;
    server = await startFaultyServer((socket) => {
      if (broken) fault(socket);
      else socket.write(answer('200 OK', { Item: item }));
    });
    const table = tableAt(server);
    await warmUp(table, route);
    expect(server.requests()).toBe(requests);
    expect(logged).not.toHaveBeenCalled();
    broken = false;
    await expect(findSession(table, { sessionId: 'session-1', caller: ANYONE })).rejects.toThrow('agentId');
  });

  it('that gets no answer gives up by its deadline, and the first request after it takes a new connection', async () => {
    let silent = true;
    server = await startFaultyServer((socket) => {
      if (!silent) socket.write(answer('200 OK', {}));
    });
    const table = tableAt(server);
    const started = vi.fn();
    setTimeout(started, 2 * WARM_UP_DEADLINE_MS);
    await warmUp(table, route);
    expect(started).not.toHaveBeenCalled();
    const before = server.connections();
    silent = false;
    expect(await findSession(table, { sessionId: 'session-1', caller: ANYONE })).toBeUndefined();
    expect(server.connections()).toBe(before + 1);
  });

  it('makes no call when the function has no table', async () => {
    server = await startFaultyServer((socket) => socket.destroy());
    await warmUp(sessionsTable({ DYNAMODB_ENDPOINT: server.endpoint, AWS_REGION: 'us-east-1' }), route);
    expect(server.requests()).toBe(0);
  });
});
