import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SESSIONS_PATH } from '../../../infra/routes.ts';
import { ORIGIN } from '../../support/global-setup.ts';
import { startTestHost } from '../../support/hosts.ts';

const OTHER = 'https://evil.example';

const cors = (headers: Headers) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control')));

describe.each([
  ['one origin', 'api-key', ORIGIN, { [ORIGIN]: ORIGIN, [OTHER]: undefined }],
  ['every origin', 'none', '*', { [ORIGIN]: '*', [OTHER]: '*' }],
] as const)('an API that may be called from %s', (_what, access, _setting, answers) => {
  let started: Awaited<ReturnType<typeof startTestHost>>;
  let url = '';
  beforeAll(async () => {
    started = await startTestHost({ access });
    url = started.host.url + SESSIONS_PATH;
  });
  afterAll(() => started.close());

  it('says so when a browser asks, for the methods and headers that its routes take', async () => {
    for (const [origin, allowed] of Object.entries(answers)) {
      const { status, headers } = await fetch(`${url}/fresh`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'PATCH' },
      });
      expect(status).toBe(204);
      expect(cors(headers)).toEqual(
        allowed === undefined
          ? {}
          : {
              'access-control-allow-origin': allowed,
              'access-control-allow-methods': 'POST,GET,HEAD,PATCH,DELETE',
              'access-control-allow-headers': 'content-type,idempotency-key,x-api-key,authorization',
              'access-control-max-age': '600',
            },
      );
    }
  });

  it("says so with every response of a function, and with none of API Gateway's own", async () => {
    const { headers: caller } = started.host.access.caller;
    const requests: [number, string, RequestInit, isOwn?: boolean][] = [
      [200, `${url}/fresh`, { headers: caller }],
      [404, `${url}/nobody`, { headers: caller }],
      [400, url, { method: 'POST', headers: caller, body: '' }],
      [404, `${started.host.url}/`, { headers: caller }, true],
      ...(access === 'api-key'
        ? ([
            [401, `${url}/fresh`, {}, true],
            [403, `${url}/fresh`, { headers: { 'x-api-key': 'wrong' } }, true],
          ] as [number, string, RequestInit, boolean][])
        : []),
    ];
    for (const [status, address, init, isOwn = false] of requests) {
      for (const [origin, allowed] of Object.entries(answers)) {
        const response = await fetch(address, { ...init, headers: { ...init.headers, origin } });
        expect(response.status).toBe(status);
        expect(cors(response.headers)).toEqual(
          allowed === undefined || isOwn
            ? {}
            : {
                'access-control-allow-origin': allowed,
                'access-control-expose-headers': 'x-request-id,apigw-requestid',
              },
        );
      }
    }
  });

  it('tells programs that are no browsers nothing', async () => {
    const response = await fetch(`${url}/fresh`, { headers: started.host.access.caller.headers });
    expect(cors(response.headers)).toEqual({});
    expect((await fetch(`${url}/fresh`, { method: 'OPTIONS' })).status).toBe(404);
  });
});
