import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sessionItem } from '../../../support/session-item.ts';
import { createSessionsTable, type TestTable } from '../../../support/sessions-table.ts';

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

  it('refuses what a page in a browser sends', async () => {
    for (const method of ['OPTIONS', 'POST']) {
      const response = await fetch(table.endpoint, { method, headers: { origin: 'https://evil.example' } });
      expect(response.status).toBe(403);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});
