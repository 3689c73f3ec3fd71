import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { SAMPLE_USER_ID } from '../../../local/samples.ts';
import type { AccessKind } from '../../support/global-setup.ts';
import { startTestHost } from '../../support/hosts.ts';
import { request } from '../../support/request.ts';
import { type Result, runSmoke } from './smoke-run.ts';

const collect = async (url: string, credentials: Record<string, string>) => {
  const results: Result[] = [];
  for await (const result of runSmoke({ url, credentials }, SAMPLE_USER_ID)) results.push(result);
  return results;
};

const named = (results: Result[], outcome: Result['outcome']) =>
  results.filter((result) => result.outcome === outcome).map(({ name }) => name);

/** The API behind an intermediary that changes its answers. */
async function behind(url: string, change: (path: string, answer: Answer) => Answer) {
  const server = createServer(async (incoming, outgoing) => {
    const body = await buffer(incoming);
    const { host: _, connection: _connection, ...headers } = incoming.headers;
    const method = incoming.method ?? 'GET';
    const response = await fetch(`${url}${incoming.url}`, {
      method,
      headers: headers as Record<string, string>,
      ...(body.length > 0 && { body }),
    });
    const answer = change(`${method} ${incoming.url}`, {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      text: await response.text(),
    });
    const { 'content-length': _length, ...rest } = answer.headers;
    outgoing.writeHead(answer.status, rest);
    outgoing.end(answer.text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

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

  it('reports routes that are not deployed, errors, and answers that are not the specified ones', async () => {
    const { host, close } = await startTestHost();
    const proxy = await behind(host.url, (path, answer) => {
      if (path.includes('userId=') || path.includes('agentId='))
        return { ...answer, status: 404, text: '{"message":"Not Found"}' };
      if (path.endsWith('/renew'))
        return {
          ...answer,
          status: 500,
          headers: { 'x-request-id': 'asked' },
          text: '{"success":false,"error":{"code":"INTERNAL_SERVER_ERROR","message":"Failed"}}',
        };
      if (path.endsWith('/timeout')) return { ...answer, status: 404, text: '{"message":"Not Found"}' };
      if (path.endsWith('/heartbeat'))
        return { ...answer, text: answer.text.replace('timeRemaining', 'left') };
      return answer;
    });
    try {
      const results = await collect(proxy.url, {});
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

  it('deletes what it has created, also when the answer to it was wrong', async () => {
    const { host, close } = await startTestHost();
    const created: string[] = [];
    const proxy = await behind(host.url, (path, answer) => {
      if (path.includes('agentId=')) return { ...answer, status: 404, text: '{"message":"Not Found"}' };
      if (!path.startsWith('POST') || answer.status !== 201) return answer;
      created.push(JSON.parse(answer.text).sessionId);
      return { ...answer, text: answer.text.replace('timeRemaining', 'left') };
    });
    try {
      await collect(proxy.url, {});
      expect(created).toHaveLength(2);
      for (const id of created)
        expect((await request(`${host.url}/api/messaging/sessions/${id}`)).status).toBe(404);
    } finally {
      await proxy.close();
      await close();
    }
  });

  it('says where the address is found when nothing answers', async () => {
    const [first] = await collect('http://127.0.0.1:9', {});
    expect(first).toMatchObject({ outcome: 'WRONG', look: expect.stringContaining('ApiUrl') });
  });
});
