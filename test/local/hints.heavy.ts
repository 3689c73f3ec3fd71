import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SESSIONS_PATH } from '../../infra/routes.ts';
import type { RequestRecord } from '../../local/gateway/request-record.ts';
import { createTerminal } from '../../local/terminal.ts';
import type { AccessKind } from '../support/global-setup.ts';
import { ORIGIN } from '../support/global-setup.ts';
import { startTestHost } from '../support/hosts.ts';

/** A preflight for a session's heartbeat. */
const preflight = (origin: string, method = 'POST', headers = '') => ({
  method: 'OPTIONS',
  headers: {
    origin,
    'access-control-request-method': method,
    ...(headers && { 'access-control-request-headers': headers }),
  },
});

describe.each(['api-key', 'none'] as AccessKind[])(
  'what a developer is told of a request, auth %s',
  (access) => {
    let started: Awaited<ReturnType<typeof startTestHost>>;
    const records: RequestRecord[] = [];
    beforeAll(async () => {
      started = await startTestHost({ access, onRequest: (record) => records.push(record) });
    });
    afterAll(() => started.close());

    async function recordOf(path: string, init: RequestInit = {}): Promise<RequestRecord | undefined> {
      records.length = 0;
      await fetch(started.host.url + path, { headers: started.host.access.caller.headers, ...init });
      await expect.poll(() => records.length).toBe(1);
      return records[0];
    }

    it('is its method, its path without query and whole id, its status and its code', async () => {
      const id = '7c0e5a9d-3f12-4a34-b1f7-6c0e5a9d3f12';
      expect(await recordOf(`${SESSIONS_PATH}/${id}/heartbeat?secret=1`, { method: 'POST' })).toMatchObject({
        method: 'POST',
        path: `${SESSIONS_PATH}/7c0e5a9d…/heartbeat`,
        status: 404,
        code: 'SESSION_NOT_FOUND',
        requestId: expect.stringMatching(/^[\w-]{36}$/),
      });
      const [{ exchange: _, ...line } = { exchange: undefined }] = records;
      expect(JSON.stringify(line)).not.toContain('secret');
      const output = new PassThrough();
      const terminal = createTerminal(output, 'everything');
      for (const record of records) await terminal.onRequest(record);
      await expect.poll(() => output.readableLength).toBeGreaterThan(0);
      expect(String(output.read())).not.toMatch(/secret|7c0e5a9d-3f12/);
    });

    if (access === 'none') return;

    it('is which setting lets a rejected preflight pass', async () => {
      const rejected = await recordOf(`${SESSIONS_PATH}/fresh`, preflight('http://localhost:5173'));
      expect(rejected?.why).toContain(`-c corsOrigins=${ORIGIN},http://localhost:5173 `);
      const sandboxed = await recordOf(`${SESSIONS_PATH}/fresh`, preflight('null'));
      expect(sandboxed?.why).toBe('Preflight rejected; no setting allows pages of the origin null');
      const plain = await recordOf(`${SESSIONS_PATH}/fresh`, preflight('http://192.168.1.5:5173'));
      expect(plain?.why).toBe(
        'Preflight rejected; no setting allows pages of the origin http://192.168.1.5:5173',
      );
      expect((await recordOf(`${SESSIONS_PATH}/fresh`, preflight(ORIGIN)))?.why).toBeUndefined();
    });

    it('is which methods and headers pages may send', async () => {
      const method = await recordOf(`${SESSIONS_PATH}/fresh`, preflight(ORIGIN, 'PUT'));
      expect(method?.why).toMatch(/pages may send .*PATCH/);
      const header = await recordOf(
        `${SESSIONS_PATH}/fresh`,
        preflight(ORIGIN, 'GET', 'content-type, x-other'),
      );
      expect(header?.why).toMatch(/may not send the header x-other, only content-type/);
    });
  },
);

describe('a stack with defaults', () => {
  it('says which setting deploys a route that is not, and lets pages call it', async () => {
    const records: RequestRecord[] = [];
    const { host, close } = await startTestHost({
      context: { auth: 'none' },
      onRequest: (record) => records.push(record),
    });
    await fetch(host.url + SESSIONS_PATH);
    await fetch(`${host.url}${SESSIONS_PATH}/fresh`, preflight('http://localhost:5173'));
    await fetch(`${host.url}/elsewhere`);
    expect(records.map(({ why }) => why)).toEqual([
      `Not deployed by default; -c list=on deploys GET ${SESSIONS_PATH}`,
      expect.stringContaining('-c corsOrigins=http://localhost:5173'),
      expect.stringMatching(/^No such route; there are /),
    ]);
    await close();
  });
});
