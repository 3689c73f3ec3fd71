import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedDynamoDB } from '../../../local/dynamodb/embedded-dynamodb.ts';
import { exchange } from '../../support/raw-http.ts';
import { sessionItem } from '../../support/session-item.ts';
import { createSessionsTable, type TestTable } from '../../support/sessions-table.ts';

const samEnvironment = JSON.parse(
  readFileSync(new URL('../../support/sam-env.json', import.meta.url), 'utf8'),
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
    'rejects the Host header %s, under which a page of another site may come',
    async (host) => {
      expect(await get(host)).toMatch(/^HTTP\/1.1 403 /);
    },
  );

  it('rejects what a page in a browser sends', async () => {
    for (const method of ['OPTIONS', 'POST']) {
      const response = await fetch(table.endpoint, { method, headers: { origin: 'https://evil.example' } });
      expect(response.status).toBe(403);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});

describe('the folder of the embedded DynamoDB', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sessions-api-folder-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** A folder that was used, and was left in order. */
  async function usedFolder(name: string): Promise<string> {
    const used = join(folder, name);
    await (await startEmbeddedDynamoDB(0, used)).close();
    return used;
  }

  /** Moves what is in its log into files of sorted data. */
  async function compact(used: string): Promise<void> {
    const { Level } = createRequire(createRequire(import.meta.url).resolve('dynalite'))('level');
    const database = new Level(used);
    await database.open();
    await database.put('key', 'value');
    await database.compactRange('', '~');
    await database.close();
  }

  it.each(['CURRENT', 'MANIFEST'])('is rejected when its %s is damaged', async (file) => {
    const used = await usedFolder(file);
    for (const name of readdirSync(used).filter((one) => one.startsWith(file)))
      writeFileSync(join(used, name), 'damaged');
    await expect(startEmbeddedDynamoDB(0, used)).rejects.toThrow("it can't be read: Corruption");
  });

  it('is rejected when its data is damaged, which shows only when it is read', async () => {
    const used = await usedFolder('data');
    await compact(used);
    for (const name of readdirSync(used).filter((one) => one.endsWith('.ldb')))
      writeFileSync(join(used, name), Buffer.alloc(readFileSync(join(used, name)).length, 7));
    await expect(startEmbeddedDynamoDB(0, used)).rejects.toThrow("it can't be read: Corruption");
  });

  it('is rejected when it holds other things, which are left alone', async () => {
    const other = join(folder, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'thesis.txt'), 'mine');
    await expect(startEmbeddedDynamoDB(0, other)).rejects.toThrow('it holds other files; name a new folder');
    expect(readdirSync(other)).toEqual(['thesis.txt']);
  });

  it('is rejected when it is a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await expect(startEmbeddedDynamoDB(0, file)).rejects.toThrow('EEXIST');
  });

  it('is rejected while another process uses it', async () => {
    const used = join(folder, 'used');
    const first = await startEmbeddedDynamoDB(0, used);
    await expect(startEmbeddedDynamoDB(0, used)).rejects.toThrow('another npm start uses it');
    await first.close();
  });
});
