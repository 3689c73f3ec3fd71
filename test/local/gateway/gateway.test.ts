import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SESSIONS_PATH } from '../../../infra/routes.ts';
import { startTestHost } from '../../support/hosts.ts';
import { assertGatewayError } from '../../support/openapi.ts';
import { exchange, parseResponse } from '../../support/raw-http.ts';
import { request } from '../../support/request.ts';

let started: Awaited<ReturnType<typeof startTestHost>>;
let url = '';
beforeAll(async () => {
  started = await startTestHost();
  url = started.host.url;
});
afterAll(() => started.close());

const fresh = `${SESSIONS_PATH}/fresh`;
const get = (target: string, more = '', host = 'localhost') =>
  `GET ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n${more}\r\n`;

describe('the local gateway', () => {
  it('gives each request an id and shows it as API Gateway and the function do', async () => {
    const { headers } = await request(`${url}${fresh}`);
    expect(headers['apigw-requestid']).toBe(headers['x-request-id']);
    expect((await request(`${url}${fresh}`)).headers['x-request-id']).not.toBe(headers['x-request-id']);
  });

  it.each([
    ['a query', `${fresh}?a=1&a=2&__proto__=3&toString=4`, ''],
    ['an absolute target', `http://localhost${fresh}`, ''],
    ['a body on a GET', fresh, 'content-length: 3\r\n\r\nabc'],
    ['the same header twice', fresh, 'cookie: a=1\r\ncookie: b=2\r\nx: 1\r\nx: 2\r\n'],
    ['an upgrade that it does not follow', fresh, 'upgrade: h2c\r\n'],
  ])('serves a request with %s', async (_what, target, more) => {
    expect(parseResponse(await exchange(url, get(target, more))).status).toBe(200);
  });

  it('serves HTTP/1.0 without a Host header', async () => {
    expect(parseResponse(await exchange(url, `GET ${fresh} HTTP/1.0\r\n\r\n`)).status).toBe(200);
  });

  it('serves requests that are sent before the response to the first', async () => {
    const both = await exchange(url, `GET ${fresh} HTTP/1.1\r\nhost: localhost\r\n\r\n${get(fresh)}`);
    expect(both.match(/HTTP\/1.1 200 OK/g)).toHaveLength(2);
  });

  it.each([
    ['a path that is not served', 'GET', '/'],
    ['a path below a session', 'GET', `${fresh}/other`],
    ['an id with an encoded slash, which API Gateway decodes first', 'GET', `${SESSIONS_PATH}/a%2Fb`],
    ['a path without an id', 'GET', `${SESSIONS_PATH}/`],
    ['a trailing slash', 'GET', `${fresh}/`],
    ['dots that climb', 'GET', `${SESSIONS_PATH}/../../etc/passwd`],
    ['another case', 'GET', fresh.toUpperCase()],
    ['a verb that is not served', 'PUT', fresh],
    ['a verb that is not known', 'PROPFIND', fresh],
  ])('returns 404 to %s', async (_what, method, target) => {
    const response = parseResponse(await exchange(url, get(target).replace('GET', method)));
    assertGatewayError(response);
    expect(response).toMatchObject({ status: 404, body: { message: 'Not Found' } });
  });

  it.each([
    ['percent-encoding that is cut off', get(`${SESSIONS_PATH}/a%2`), 400],
    ['percent-encoding that is not UTF-8', get(`${SESSIONS_PATH}/%ff`), 400],
    ['overlong UTF-8', get(`${SESSIONS_PATH}/%c0%af`), 400],
    ['an encoded surrogate', get(`${SESSIONS_PATH}/%ed%a0%80`), 400],
    ['a body that is too long', get(fresh, `content-length: 10485761\r\n\r\n${'y'.repeat(10_485_761)}`), 413],
  ])("rejects %s in API Gateway's own words", async (_what, bytes, status) => {
    const response = parseResponse(await exchange(url, bytes));
    assertGatewayError(response);
    expect(response.status).toBe(status);
  });

  it.each(['evil.example', 'localhost.evil.example', '169.254.169.254', 'x@localhost'])(
    'rejects the Host header %j, under which a page of another site may come',
    async (host) => {
      const response = parseResponse(await exchange(url, get(fresh, '', host)));
      assertGatewayError(response);
      expect(response.status).toBe(403);
    },
  );

  it.each(['localhost', 'LOCALHOST:3000', '127.0.0.1:1', '[::1]:3000'])(
    'serves the Host header %j',
    async (host) => {
      expect(parseResponse(await exchange(url, get(fresh, '', host))).status).toBe(200);
    },
  );

  it('cuts an id at an encoded question mark, as API Gateway does', async () => {
    expect((await request(`${url}${fresh}%3Fmore`)).body).toMatchObject({ sessionId: 'fresh' });
  });

  it('serves HEAD as GET, without a body', async () => {
    const told = ({ status, headers }: Response) => [status, headers.get('content-type')];
    for (const path of ['/fresh', '/nobody', '/health', '', '/fresh/messages']) {
      const head = await fetch(url + SESSIONS_PATH + path, { method: 'HEAD' });
      const get = await fetch(url + SESSIONS_PATH + path);
      expect([path, ...told(head)]).toEqual([path, ...told(get)]);
      expect(await head.text()).toBe('');
    }
  });

  it.each([
    ['what is not HTTP', 'hello\r\n\r\n', 400],
    ['two lengths', get(fresh, 'content-length: 1\r\ncontent-length: 2\r\n'), 400],
    ['headers that are too long', get(fresh, `x: ${'y'.repeat(11_000)}\r\n`), 431],
    ['a path that is too long', get(`${SESSIONS_PATH}/${'y'.repeat(11_000)}`), 431],
  ])('leaves %s to Node.js', async (_what, bytes, status) => {
    expect(parseResponse(await exchange(url, bytes)).status).toBe(status);
  });

  it('outlives clients that use it as a proxy, or go away in the middle', async () => {
    const { port } = new URL(url);
    const tunnel = 'CONNECT x:443 HTTP/1.1\r\nhost: localhost\r\n\r\n';
    for (const bytes of [tunnel, get(fresh), 'GET /', 'POST / HTTP/1.1\r\n']) {
      const socket = connect(Number(port), '127.0.0.1');
      await once(socket, 'connect');
      socket.write(bytes);
      socket.resetAndDestroy();
      await once(socket, 'close');
    }
    expect((await request(`${url}${fresh}`)).status).toBe(200);
  });

  it('serves more requests at a time than the function opens connections', async () => {
    const responses = await Promise.all(Array.from({ length: 300 }, () => request(`${url}${fresh}`)));
    expect(responses.filter(({ status }) => status !== 200)).toEqual([]);
  });
});
