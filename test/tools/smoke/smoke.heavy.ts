import { describe, expect, it } from 'vitest';
import { SAMPLE_USER_ID } from '../../../local/samples.ts';
import type { AccessKind } from '../../support/global-setup.ts';
import { startTestHost } from '../../support/hosts.ts';
import { startProxy, type UpstreamResponse } from '../../support/proxy.ts';
import { request } from '../../support/request.ts';
import { type Result, runSmoke } from './smoke-run.ts';

const collect = async (url: string, credentials: Record<string, string>) => {
  const results: Result[] = [];
  for await (const result of runSmoke({ url, credentials }, SAMPLE_USER_ID)) results.push(result);
  return results;
};

const named = (results: Result[], outcome: Result['outcome']) =>
  results.filter((result) => result.outcome === outcome).map(({ name }) => name);

/** The API behind an intermediary that changes its responses. */
const behind = (url: string, change: (target: string, answer: UpstreamResponse) => UpstreamResponse) =>
  startProxy(url, async ({ target, response, ask }) => {
    const { status, headers, text } = change(target, await ask());
    const { 'content-length': _length, ...rest } = headers;
    response.writeHead(status, rest).end(text);
  });

const NOT_FOUND = { status: 404, text: '{"message":"Not Found"}' };
const FAILED = '{"success":false,"error":{"code":"INTERNAL_SERVER_ERROR","message":"Failed"}}';

describe('the smoke test', () => {
  it.each<AccessKind>(['none', 'api-key', 'jwt', 'owner'])(
    'finds nothing wrong with an API of %s, and leaves nothing behind',
    async (access) => {
      const { host, close } = await startTestHost({ access });
      try {
        const { headers } = host.access.caller;
        const sessions = async () => {
          const list = `${host.url}/api/messaging/sessions?status=all&userId=${SAMPLE_USER_ID}`;
          return ((await request(list, { headers })).body as { total: number }).total;
        };
        const before = await sessions();
        const results = await collect(host.url, headers);
        expect(results.filter(({ outcome }) => outcome === 'WRONG')).toEqual([]);
        expect(named(results, 'not deployed')).toEqual([]);
        expect(named(results, 'not tried')).toEqual(
          access === 'none' ? ['lets no caller in without credentials'] : [],
        );
        expect(await sessions()).toBe(before);
      } finally {
        await close();
      }
    },
  );

  it('says that a caller without a key needs one', async () => {
    const { host, close } = await startTestHost({ access: 'api-key' });
    try {
      const results = await collect(host.url, {});
      expect(results.find(({ name }) => name === 'creates a session')).toMatchObject({
        outcome: 'WRONG',
        look: expect.stringContaining('--key'),
      });
      expect(named(results, 'not tried')).toContain('reads it');
    } finally {
      await close();
    }
  });

  it('reports routes that are not deployed, errors, and responses that are not the specified ones', async () => {
    const { host, close } = await startTestHost();
    const proxy = await behind(host.url, (path, answer) => {
      if (/(userId|agentId)=|\/timeout$/.test(path)) return { ...answer, ...NOT_FOUND };
      if (path.endsWith('/renew')) return { status: 500, headers: { 'x-request-id': 'asked' }, text: FAILED };
      if (!path.endsWith('/heartbeat')) return answer;
      return { ...answer, text: answer.text.replace('timeRemaining', 'left') };
    });
    try {
      const results = await collect(proxy.endpoint, {});
      expect(named(results, 'not deployed')).toEqual(['lists it', 'deletes all sessions of an agent']);
      expect(results.filter(({ outcome }) => outcome === 'WRONG')).toEqual([
        expect.objectContaining({
          name: 'counts a heartbeat',
          why: expect.stringContaining('timeRemaining'),
        }),
        expect.objectContaining({
          name: 'counts a renewal',
          look: 'docs/runbook.md#servererrors; docs/runbook.md#find-a-request with asked',
        }),
        expect.objectContaining({ name: 'changes the timeout', why: 'the route is not deployed' }),
      ]);
    } finally {
      await proxy.close();
      await close();
    }
  });

  it('deletes what it has created, also when the response to it was wrong', async () => {
    const { host, close } = await startTestHost();
    const created: string[] = [];
    const proxy = await behind(host.url, (path, answer) => {
      if (path.includes('agentId=')) return { ...answer, ...NOT_FOUND };
      if (!path.startsWith('POST') || answer.status !== 201) return answer;
      created.push(JSON.parse(answer.text).sessionId);
      return { ...answer, text: answer.text.replace('timeRemaining', 'left') };
    });
    try {
      await collect(proxy.endpoint, {});
      expect(created).toHaveLength(2);
      for (const id of created)
        expect((await request(`${host.url}/api/messaging/sessions/${id}`)).status).toBe(404);
    } finally {
      await proxy.close();
      await close();
    }
  });

  it('says where the address is found when nothing responds', async () => {
    const [first] = await collect('http://127.0.0.1:9', {});
    expect(first).toMatchObject({ outcome: 'WRONG', look: expect.stringContaining('ApiUrl') });
  });
});
