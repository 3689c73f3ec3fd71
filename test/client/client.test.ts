import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSessionsClient, type SessionsClient } from '../../client/index.ts';
import { generateTypes } from '../../client/package/types.ts';
import { startTestHost } from '../support/hosts.ts';
import { openapi } from '../support/openapi.ts';
import { IDS } from '../support/sessions.ts';

/** The method for each operation of openapi.yaml. */
const METHODS: Record<string, keyof SessionsClient> = {
  createSession: 'create',
  getSession: 'get',
  renewSession: 'renew',
  heartbeatSession: 'heartbeat',
  changeTimeout: 'changeTimeout',
  changeMetadata: 'changeMetadata',
  deleteSession: 'delete',
  listSessions: 'list',
  deleteSessions: 'deleteAll',
  getHealth: 'health',
};

it('there is a method for each operation but those of messages', () => {
  const operations = Object.values(openapi.paths).flatMap((path) =>
    Object.values(path as object).flatMap(({ operationId }) =>
      operationId === undefined ? [] : [String(operationId)],
    ),
  );
  const served = operations.filter((id) => !/Message/.test(id));
  expect(new Set(Object.keys(METHODS))).toEqual(new Set(served));
  const client = createSessionsClient({ baseUrl: '' });
  expect(new Set(Object.keys(client))).toEqual(new Set([...Object.values(METHODS), 'baseUrl']));
});

it('the types are those of openapi.yaml', async () => {
  const written = readFileSync(new URL('../../client/api.ts', import.meta.url), 'utf8');
  expect(written, 'npm run build writes them').toBe(await generateTypes());
});

describe('a client of a host', () => {
  let host: Awaited<ReturnType<typeof startTestHost>>;
  let client: SessionsClient;
  beforeAll(async () => {
    host = await startTestHost();
    client = createSessionsClient({ baseUrl: host.host.url });
  });
  afterAll(() => host.close());

  it('calls every route', async () => {
    const { agentId } = IDS;
    const userId = '6f1b6f0e-7d5c-4d3a-9a51-2b8f6a0f3c11';
    const created = await client.create({ agentId, userId, metadata: { channel: 'web' } });
    const id = created.sessionId;
    expect(await client.get(id)).toMatchObject({ metadata: { channel: 'web' }, renewalCount: 0 });
    expect((await client.renew(id)).renewalCount).toBe(1);
    expect((await client.heartbeat(id)).renewalCount).toBe(2);
    expect((await client.changeTimeout(id, { timeoutMinutes: 60 })).timeoutConfig.timeoutMinutes).toBe(60);
    expect((await client.changeMetadata(id, { locale: 'fr' })).metadata).toEqual({
      channel: 'web',
      locale: 'fr',
    });
    const again = await Promise.all(
      [1, 2].map(() => client.create({ agentId, userId }, { idempotencyKey: 'once' })),
    );
    expect(new Set(again.map(({ sessionId }) => sessionId)).size).toBe(1);
    const ids: string[] = [];
    for await (const { sessions } of client.list({ userId, limit: 1 }))
      ids.push(...sessions.map((one) => one.sessionId));
    expect(ids).toHaveLength(2);
    await client.delete(id);
    await expect(client.get(id)).rejects.toMatchObject({
      code: 'SESSION_NOT_FOUND',
      requestId: expect.any(String),
    });
    expect(await client.deleteAll({ userId })).toBe(1);
    expect((await client.health()).status).toBe('healthy');
    await expect(client.get('expired')).rejects.toMatchObject({
      status: 410,
      details: expect.stringMatching(/Z$/),
    });
  });
});
