import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchange } from '../../../support/raw-http.ts';
import { sessionItem } from '../../../support/session-item.ts';
import { createSessionsTable, type TestTable } from '../../../support/sessions-table.ts';

const samEnvironment = JSON.parse(
  readFileSync(new URL('../../../events/sam-env.json', import.meta.url), 'utf8'),
);

let table: TestTable;
beforeAll(async () => {
  table = await createSessionsTable();
});
afterAll(() => table.close());

describe('the embedded DynamoDB', () => {
  it.each(['null', '[]', '"text"', '{', ''])('survives a request whose body is %j', async (body) => {
    const sent = fetch(table.endpoint, {
      method: 'POST',
      body,
      headers: {
        'x-amz-target': 'DynamoDB_20120810.GetItem',
        'content-type': 'application/x-amz-json-1.0',
        authorization:
          'AWS4-HMAC-SHA256 Credential=a/20260302/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=b',
        'x-amz-date': '20260302T090000Z',
      },
      signal: AbortSignal.timeout(500),
    });
    await sent.catch(() => {});
    await table.put(sessionItem({ sessionId: 'after' }));
    expect(await table.items()).toHaveLength(1);
  });

  const get = (host: string) =>
    exchange(table.endpoint, `GET / HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);

  it('serves this machine, and the containers of sam local invoke, under their names', async () => {
    const { DYNAMODB_ENDPOINT: endpoint } = samEnvironment.Parameters;
    for (const host of ['localhost:8000', '127.0.0.1', '[::1]:8000', new URL(endpoint).host]) {
      expect([host, await get(host)]).toEqual([host, expect.stringMatching(/^HTTP\/1.1 200 .*healthy/s)]);
    }
  });

  it.each(['evil.example', 'localhost.evil.example:8000', 'host.docker.internal.evil.example'])(
    'refuses the Host header %s, under which a page of another site may come',
    async (host) => {
      expect(await get(host)).toMatch(/^HTTP\/1.1 403 /);
    },
  );

  it('refuses what a page in a browser sends', async () => {
    for (const method of ['OPTIONS', 'POST']) {
      const response = await fetch(table.endpoint, { method, headers: { origin: 'https://evil.example' } });
      expect(response.status).toBe(403);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});
