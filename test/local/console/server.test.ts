import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SESSIONS_PATH } from '../../../infra/routes.ts';
import type { RequestDetails } from '../../../local/console/requests.ts';
import { type Console, startConsole } from '../../../local/console/server.ts';
import type { SessionsPage } from '../../../local/console/sessions.ts';
import type { RequestRecord } from '../../../local/gateway/request-record.ts';
import { close, listen } from '../../../local/loopback.ts';
import { startTestHost } from '../../support/hosts.ts';
import { exchange } from '../../support/raw-http.ts';
import { AGENT_ID, USER_ID } from '../../support/session-item.ts';

let page: Console;
let started: Awaited<ReturnType<typeof startTestHost>>;
beforeAll(async () => {
  page = await startConsole(0);
  started = await startTestHost({ access: 'api-key', onRequest: page.onRequest });
  page.attach(started.host);
});
afterAll(async () => {
  await page.close();
  await started.close();
});

async function status(method: string, path: string, headers: string): Promise<number> {
  const response = await exchange(page.url, `${method} ${path} HTTP/1.0\r\n${headers}\r\n`);
  return Number(response.match(/^HTTP\/1.1 (\d{3}) /)?.[1]);
}

describe('the console', () => {
  it.each(['/', '/console.css', '/console.js', '/swagger-ui.js', '/swagger-ui.css', '/openapi.json'])(
    'serves %s, and lets it run no script but its own',
    async (path) => {
      const { status, headers } = await fetch(page.url + path);
      expect(status).toBe(200);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).not.toContain('unsafe');
    },
  );

  it.each(['/', '/console/sessions', `${SESSIONS_PATH}/fresh`])(
    'rejects on %s a Host header of another site, and a request of its page',
    async (path) => {
      expect(await status('GET', path, 'host: localhost\r\n')).toBe(200);
      expect(await status('GET', path, 'host: evil.example\r\n')).toBe(403);
      expect(await status('GET', path, 'host: localhost\r\norigin: https://evil.example\r\n')).toBe(403);
      expect(await status('GET', path, 'host: localhost:1\r\norigin: http://localhost:2\r\n')).toBe(403);
    },
  );

  it('sends a request to the API with the key that the host made, and hides the key', async () => {
    expect((await fetch(`${started.host.url}${SESSIONS_PATH}/fresh`)).status).toBe(401);
    const response = await fetch(`${page.url}${SESSIONS_PATH}/fresh/heartbeat`, { method: 'POST' });
    expect(response.status).toBe(200);
    const key = Object.values(started.host.access.caller.headers)[0] ?? '';
    expect(key).not.toBe('');
    const sent = [JSON.stringify([...response.headers]), await response.text()].join();
    expect(sent).not.toContain(key);
  });

  it('passes on what the caller sends: an idempotency key, and credentials of its own', async () => {
    const create = async () => {
      const response = await fetch(page.url + SESSIONS_PATH, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'once' },
        body: JSON.stringify({ agentId: AGENT_ID, userId: USER_ID }),
      });
      expect(response.headers.get('x-request-id')).toBe(response.headers.get('apigw-requestid'));
      return ((await response.json()) as { sessionId: string }).sessionId;
    };
    expect(await create()).toBe(await create());
    const rejected = await fetch(`${page.url}${SESSIONS_PATH}/fresh`, { headers: { 'x-api-key': 'wrong' } });
    expect(rejected.status).toBe(403);
  });

  it('keeps no file open for clients that went away', async () => {
    const { port } = new URL(page.url);
    for (let client = 0; client < 20; client += 1) {
      const socket = connect(Number(port), '127.0.0.1');
      socket.write('GET /swagger-ui.js HTTP/1.1\r\nhost: localhost\r\n\r\n');
      await once(socket, 'data');
      socket.destroy();
    }
    const open = () =>
      readdirSync('/proc/self/fd').filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`).includes('swagger-ui');
        } catch {
          return false;
        }
      });
    if (process.platform === 'linux') await expect.poll(open).toEqual([]);
    expect((await fetch(page.url)).status).toBe(200);
  });

  it.each(['//', 'http://[', '/%', '*', '/console/sessions/../..'])(
    'survives a request for %s',
    async (target) => {
      await exchange(page.url, `GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
      expect((await fetch(page.url)).status).toBe(200);
    },
  );

  it('opens its stream of requests before there is one', async () => {
    const quiet = await startConsole(0);
    quiet.attach(started.host);
    const stop = new AbortController();
    const { headers } = await fetch(`${quiet.url}/console/events`, { signal: stop.signal });
    expect(headers.get('content-type')).toBe('text/event-stream');
    stop.abort();
    await quiet.close();
  });

  it('lets go of a page that does not read its stream', async () => {
    const busy = await startConsole(0);
    busy.attach(started.host);
    const socket = connect(Number(new URL(busy.url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET /console/events HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await once(socket, 'data');
    socket.pause();
    const gone = once(socket, 'close');
    // More than the system's own buffers hold, and what the console keeps.
    for (let sent = 0; sent < 300 && !socket.destroyed; sent += 1) {
      busy.onRequest({ path: 'x'.repeat(100_000), exchange: { response: '' } } as RequestRecord);
      await new Promise(setImmediate);
    }
    socket.resume();
    await gone;
    await busy.close();
  });

  it('passes on the response to a request that the API rejects', async () => {
    const response = await fetch(`${page.url}${SESSIONS_PATH}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'VALIDATION_ERROR' } });
  });

  it('shows the sessions that match, those to be kept wherever they are, and how many there are', async () => {
    const read = async (query: string) => {
      const response = await fetch(`${page.url}/console/sessions?${query}`);
      return (await response.json()) as SessionsPage;
    };
    const found = await read('search=MAXIMUM&keep=fresh&keep=nowhere');
    expect(found.sessions.map(({ sessionId }) => sessionId)).toEqual(['at-maximum']);
    expect(found.kept.map(({ sessionId }) => sessionId)).toEqual(['fresh']);
    expect([found.matching, found.stored]).toEqual([1, (await read('')).matching]);
    const ending = await read(`order=ending&search=${USER_ID}&state=nonsense&page=-1`);
    const alive = ending.sessions.filter(({ state }) => state !== 'expired');
    const remaining = alive.map((session) => ('timeRemaining' in session ? session.timeRemaining : 0));
    expect(remaining).toEqual(remaining.toSorted((a, b) => a - b));
    expect(ending.sessions.at(-1)?.state).toBe('expired');
    // Hundreds of ids, of which DynamoDB allows 2 KB each.
    expect((await read(`keep=${'x'.repeat(100_000)}`)).kept).toEqual([]);
  });

  it('shows a request in full when it is asked for, and of a long body its beginning', async () => {
    const send = (body: string) =>
      fetch(`${page.url}${SESSIONS_PATH}?a=b`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
    const details = async (response: Response) => {
      const id = response.headers.get('apigw-requestid');
      const found = await fetch(`${page.url}/console/requests/${id}`);
      return (await found.json()) as RequestDetails;
    };
    const sent = await details(await send('{"agentId": "no"}'));
    expect(sent).toMatchObject({
      target: `${SESSIONS_PATH}?a=b`,
      body: { text: '{"agentId": "no"}', omitted: 0, isWhole: true },
      response: { text: expect.stringContaining('VALIDATION_ERROR') },
    });
    expect(sent.curl).toContain('--data-raw \'{"agentId": "no"}\'');
    const long = await details(await send(JSON.stringify({ agentId: 'x'.repeat(100_000) })));
    expect(long.body.text.length + long.body.omitted).toBe(100_014);
    expect(long.body.text.length).toBe(64 * 1024);
    expect(long.curl).toBeUndefined();
    expect((await fetch(`${page.url}/console/requests/nope`)).status).toBe(404);
  });

  it.each(['/console.ts', '/../server.ts', '/%2e%2e/server.ts', '/index.html/..'])(
    'has no %s',
    async (path) => {
      expect([404, 200]).toContain(await status('GET', path, 'host: localhost\r\n'));
      expect(await (await fetch(page.url + path)).text()).not.toContain('startConsole');
    },
  );

  it('takes another port when the usual one is taken, and says so when it was asked for', async () => {
    const other = createServer();
    const port = await listen(other, 0);
    await expect(startConsole(port)).rejects.toThrow(
      `Port ${port} is taken; choose another one with CONSOLE_PORT=<port>`,
    );
    await close(other);
    const first = await startConsole(undefined);
    const second = await startConsole(undefined);
    expect(second.url).not.toBe(first.url);
    await first.close();
    const third = await startConsole(undefined, [3001]);
    expect(third.url).not.toBe('http://localhost:3001');
    await second.close();
    await third.close();
  });
});
