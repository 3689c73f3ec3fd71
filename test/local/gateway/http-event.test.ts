import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { fromResult, toEvent } from '../../../local/gateway/http-event.ts';

/** The event of a request as Node would hand it over. */
function buildEvent(
  overrides: { url?: string; headers?: Record<string, string | string[]>; body?: Buffer } = {},
) {
  const request = {
    method: 'POST',
    url: overrides.url ?? '/things/a%20b',
    httpVersion: '1.1',
    headersDistinct: Object.fromEntries(
      Object.entries(overrides.headers ?? { host: 'localhost:3000', 'user-agent': 'test/1' }).map(
        ([name, value]) => [name, [value].flat()],
      ),
    ),
    socket: { remoteAddress: '127.0.0.1' },
  } as unknown as IncomingMessage;
  return toEvent({
    request,
    body: overrides.body ?? Buffer.alloc(0),
    requestId: 'request-1',
    receivedAt: Date.UTC(2026, 2, 2, 9, 5, 7),
    method: 'POST',
    path: '/things/a b',
    routeKey: 'POST /things/{id}',
    pathParameters: { id: 'a b' },
  });
}

describe('the event of a request', () => {
  it('has what API Gateway sends in payload format 2.0', () => {
    expect(buildEvent()).toEqual({
      version: '2.0',
      routeKey: 'POST /things/{id}',
      rawPath: '/things/a b',
      rawQueryString: '',
      headers: { host: 'localhost:3000', 'user-agent': 'test/1' },
      pathParameters: { id: 'a b' },
      isBase64Encoded: false,
      requestContext: {
        accountId: '000000000000',
        apiId: 'local',
        domainName: 'localhost:3000',
        domainPrefix: 'local',
        http: {
          method: 'POST',
          path: '/things/a b',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test/1',
        },
        requestId: 'request-1',
        routeKey: 'POST /things/{id}',
        stage: '$default',
        time: '02/Mar/2026:09:05:07 +0000',
        timeEpoch: Date.UTC(2026, 2, 2, 9, 5, 7),
      },
    });
  });

  it('joins the values of a query parameter and keeps the query as it was sent', () => {
    expect(buildEvent({ url: '/things/x?a=1&a=2&toString=3&b=%C3%A9?' })).toMatchObject({
      rawQueryString: 'a=1&a=2&toString=3&b=%C3%A9?',
      queryStringParameters: { a: '1,2', toString: '3', b: 'é?' },
    });
  });

  it('has the query of a target that is a whole URL', () => {
    expect(buildEvent({ url: 'http://localhost:3000/things/x?a=1' })).toMatchObject({
      rawQueryString: 'a=1',
    });
  });

  it('has cookies apart from the other headers, and repeated headers joined', () => {
    const event = buildEvent({ headers: { cookie: 'a=1; b=2', 'x-many': ['1', '2'] } });
    expect(event.cookies).toEqual(['a=1', 'b=2']);
    expect(event.headers).toEqual({ 'x-many': '1,2' });
  });

  it.each([
    ['application/json', '{"a":1}', '{"a":1}', false],
    ['text/plain; charset=utf-8', 'é', 'é', false],
    ['application/octet-stream', 'é', 'w6k=', true],
  ])('has a body of %s as API Gateway hands it over', (contentType, sent, body, isBase64Encoded) => {
    const event = buildEvent({ headers: { 'content-type': contentType }, body: Buffer.from(sent) });
    expect(event).toMatchObject({ body, isBase64Encoded });
  });
});

describe('the result of a function', () => {
  it('becomes status, headers, cookies and body', () => {
    const result = { statusCode: 201, headers: { a: 'b', n: 1 }, cookies: ['c=d', 'e=f'], body: 'é' };
    expect(fromResult(result)).toEqual({
      status: 201,
      headers: { a: 'b', n: '1', 'set-cookie': ['c=d', 'e=f'] },
      body: Buffer.from('é'),
    });
  });

  it('may have its body in base64, or none', () => {
    expect(fromResult({ statusCode: 200, body: 'w6k=', isBase64Encoded: true })?.body).toEqual(
      Buffer.from('é'),
    );
    expect(fromResult({ statusCode: 204 })?.body).toEqual(Buffer.alloc(0));
  });

  it.each([
    undefined,
    null,
    'text',
    42,
    {},
    { statusCode: 'abc' },
    { statusCode: 99 },
    { statusCode: 200.5 },
    { statusCode: 200, headers: { 'x-a': 'line\nbreak' } },
    { statusCode: 200, headers: { 'x a': 'b' } },
    { statusCode: 200, cookies: ['a=\0'] },
  ])('is none when it is %j', (result) => {
    expect(fromResult(result)).toBeUndefined();
  });
});
