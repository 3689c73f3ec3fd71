import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AwsClient } from 'aws4fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSessionsClient } from '../../../client/index.ts';
import { startConsole } from '../../../local/console/server.ts';
import { startTestHost } from '../../support/hosts.ts';
import { exchange } from '../../support/raw-http.ts';
import { IDS } from '../../support/sessions.ts';
import { UNTHROTTLED } from '../../tools/unthrottled.ts';

const REGION = 'us-east-1';

let served: Awaited<ReturnType<typeof startTestHost>>;
let base: string;
let aws: AwsClient;
beforeAll(async () => {
  served = await startTestHost({ context: { ...UNTHROTTLED, auth: 'iam' } });
  base = `${served.host.url}/api/messaging/sessions`;
  aws = signerWith({});
});
afterAll(() => served.close());

function signerWith(more: object): AwsClient {
  const { accessKeyId = '', secretAccessKey = '' } = served.host.access.key ?? {};
  return new AwsClient({
    accessKeyId,
    secretAccessKey,
    service: 'execute-api',
    region: REGION,
    retries: 0,
    ...more,
  });
}

describe('a signed request', () => {
  it('passes with a body, a query and an encoded id, and its caller is a service', async () => {
    const fetch = (input: string | URL | Request, init?: RequestInit) => aws.fetch(input as string, init);
    const client = createSessionsClient({
      baseUrl: served.host.url,
      fetch: fetch as typeof globalThis.fetch,
    });
    const { sessionId } = await client.create({ ...IDS, metadata: { text: 'grüße' } });
    expect((await client.heartbeat(sessionId)).renewalCount).toBe(1);
    const pages = [];
    for await (const page of client.list({ userId: IDS.userId, status: 'all', limit: 100 })) pages.push(page);
    expect(pages[0]?.sessions.map((one) => one.sessionId)).toContain(sessionId);
    await expect(client.get('a bü')).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
    await client.delete(sessionId);
  });

  it('passes by curl', async () => {
    const { key } = served.host.access;
    const user = `${key?.accessKeyId}:${key?.secretAccessKey}`;
    const sign = ['--aws-sigv4', `aws:amz:${REGION}:execute-api`, '--user', user];
    const { stdout } = await promisify(execFile)('curl', [
      '-s',
      ...sign,
      '-X',
      'POST',
      `${base}/fresh/heartbeat`,
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ sessionId: 'fresh' });
  });

  it('passes wherever the clock of the host was moved', async () => {
    served.clock.moveTo(Date.now() + 10 * 60_000);
    expect((await aws.fetch(`${base}/fresh`)).status).toBe(200);
    served.clock.reset();
  });

  it('is not needed for health, nor by the console', async () => {
    expect((await fetch(`${base}/health`)).status).toBe(200);
    const page = await startConsole(0);
    page.attach(served.host);
    expect((await fetch(`${page.url}/api/messaging/sessions/fresh`)).status).toBe(200);
    await page.close();
  });
});

/** The headers of a request as aws4fetch signs it. */
async function sign(signer: AwsClient, url: string, init: RequestInit = {}): Promise<Record<string, string>> {
  const { headers } = await signer.sign(url, init);
  return Object.fromEntries(headers);
}

describe('a request that is not signed for what it is', () => {
  const post = (body: string) => ({ method: 'POST', body, headers: { 'content-type': 'application/json' } });
  const BODY = JSON.stringify(IDS);
  const expectForbidden = async (url: string, init: RequestInit, what: string) => {
    const response = await fetch(url, init);
    expect([what, response.status, await response.text()]).toEqual([what, 403, '{"message":"Forbidden"}']);
  };

  it('is 403 without a signature, and with another kind', async () => {
    for (const authorization of [
      undefined,
      'Bearer a',
      'Basic YTpi',
      'AWS4-HMAC-SHA256',
      'AWS4-HMAC-SHA256 Credential=a',
    ])
      await expectForbidden(
        `${base}/fresh`,
        authorization === undefined ? {} : { headers: { authorization } },
        `${authorization}`,
      );
    const presigned = await aws.sign(`${base}/fresh`, { aws: { signQuery: true } });
    await expectForbidden(presigned.url, {}, 'signed in the query');
  });

  it('is 403 for another key, secret, region, service or time', async () => {
    for (const other of [
      { accessKeyId: 'AKIAOTHER' },
      { secretAccessKey: 'other' },
      { region: 'eu-west-1' },
      { service: 'lambda' },
    ])
      await expectForbidden(
        `${base}/fresh`,
        { headers: await sign(signerWith(other), `${base}/fresh`) },
        JSON.stringify(other),
      );
    for (const minutes of [-6, 6, -60 * 24]) {
      const datetime = new Date(Date.now() + minutes * 60_000).toISOString().replace(/[:-]|\.\d{3}/g, '');
      const { headers } = await aws.sign(`${base}/fresh`, { aws: { datetime } });
      await expectForbidden(`${base}/fresh`, { headers }, `${minutes} minutes`);
    }
  });

  it('is 403 with another method, path, query, body or header than was signed', async () => {
    const read = await sign(aws, `${base}/fresh`);
    await expectForbidden(`${base}/fresh`, { method: 'DELETE', headers: read }, 'method');
    for (const path of ['/near-expiry', '/fresh/renew', '', '/Fresh'])
      await expectForbidden(
        base + path,
        path === '/fresh/renew' ? { method: 'POST', headers: read } : { headers: read },
        path,
      );
    const list = await sign(aws, `${base}?userId=${IDS.userId}`);
    for (const query of [
      '',
      `?userId=${IDS.agentId}`,
      `?userId=${IDS.userId}&status=all`,
      `?agentId=${IDS.userId}`,
    ])
      await expectForbidden(base + query, { headers: list }, query);
    await expectForbidden(
      `${base}/fresh?X-Amz-Signature=a`,
      { headers: read },
      'a signature in the query too',
    );
    const headers = await sign(aws, base, post(BODY));
    for (const body of [`${BODY} `, BODY.replace('}', ',"metadata":{}}'), '{}'])
      await expectForbidden(base, { method: 'POST', headers, body }, body);
    for (const [name, value] of Object.entries(headers))
      if (/^x-amz|authorization/.test(name))
        await expectForbidden(
          base,
          { method: 'POST', body: BODY, headers: { ...headers, [name]: `${value}0` } },
          name,
        );
  });

  it('is 403 with each digit of its signature changed, and with none', async () => {
    const headers = await sign(aws, `${base}/fresh`);
    const authorization = headers['authorization'] ?? '';
    const at = authorization.indexOf('Signature=') + 'Signature='.length;
    for (let digit = 0; digit < 64; digit++) {
      const changed = authorization[at + digit] === '0' ? '1' : '0';
      const forged = authorization.slice(0, at + digit) + changed + authorization.slice(at + digit + 1);
      await expectForbidden(`${base}/fresh`, { headers: { ...headers, authorization: forged } }, forged);
    }
    for (const signature of [
      '',
      '0'.repeat(64),
      authorization.slice(at).toUpperCase(),
      authorization.slice(at, -1),
    ])
      await expectForbidden(
        `${base}/fresh`,
        { headers: { ...headers, authorization: authorization.slice(0, at) + signature } },
        signature,
      );
  });

  it('is 403 where the signature leaves out host or x-amz-date, or names a header that is not there', async () => {
    const headers = await sign(aws, `${base}/fresh`);
    for (const names of [
      ...['host', 'x-amz-date', '', 'host;x-amz-date;x-other', 'x-amz-date;host', 'host;host;x-amz-date'],
      ...[
        'date;host;x-amz-date',
        'authorization;host;x-amz-date',
        'constructor;host;x-amz-date',
        '__proto__;host;x-amz-date',
      ],
    ]) {
      const authorization = (headers['authorization'] ?? '').replace(
        /SignedHeaders=[^,]*/,
        `SignedHeaders=${names}`,
      );
      await expectForbidden(`${base}/fresh`, { headers: { ...headers, authorization } }, names);
    }
  });

  it('does not end the host with a query that can not be decoded', async () => {
    const { authorization, 'x-amz-date': date } = await sign(aws, `${base}/fresh`);
    const head = `GET /api/messaging/sessions?userId=%zz HTTP/1.1\r\nhost: localhost\r\nauthorization: ${authorization}\r\nx-amz-date: ${date}\r\nconnection: close\r\n\r\n`;
    expect(await exchange(served.host.url, head)).toMatch(/^HTTP\/1.1 403 /);
  });
});
