import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../infra/routes.ts';
import { type Call, type Host, startHttp } from '../support/hosts.ts';
import { AGENT_ID, MINUTE, sessionItem, USER_ID } from '../support/session-item.ts';
import { create, IDS, info } from '../support/sessions.ts';

const STRANGER = '00000000-1111-4222-8333-444444444444';

let host: Host & { close(): Promise<void> };
beforeAll(async () => {
  host = await startHttp('owner');
  // What a function reads before its first request is not counted below.
  for (const id of onOneSession) await host.call(id, { sessionId: 'nobody', ...requests[id] });
});
afterEach(() => host.setNow(undefined));
afterAll(() => host.close());

const onOneSession = routes
  .filter(({ path, tableActions }) => path.includes('{sessionId}') && tableActions.length > 0)
  .map(({ id }) => id);
const requests: Record<string, Call> = {
  ChangeTimeout: { body: { timeoutMinutes: 60 } },
  ChangeMetadata: { body: { metadata: { a: 1 } } },
};

describe('a caller with sessions of their own', () => {
  it.each(onOneSession)(
    'gets of %s on the session of another the response, and the work, for none',
    async (id) => {
      const theirs = sessionItem({ sessionId: `theirs-${id}` });
      await host.table.put(theirs);
      await host.table.put(sessionItem({ sessionId: `expired-${id}` }, Date.now() - 31 * MINUTE));
      await host.table.put(sessionItem({ sessionId: `corrupt-${id}`, createdAt: 'once' }));
      const seen = [];
      for (const sessionId of ['nobody', `theirs-${id}`, `expired-${id}`, `corrupt-${id}`]) {
        host.dynamodb.fail(undefined);
        const { status, text, headers } = await host.call(id, { sessionId, ...requests[id], as: STRANGER });
        const { 'x-request-id': _, 'apigw-requestid': __, date: ___, ...same } = headers;
        seen.push({ status, text, same, calls: host.dynamodb.received() });
      }
      expect(seen[0]?.status).toBe(404);
      expect(seen[0]?.calls).toHaveLength(1);
      for (const other of seen.slice(1)) expect(other).toEqual(seen[0]);
      expect(await host.table.items()).toContainEqual(theirs);
    },
  );

  it('makes sessions for no one else', async () => {
    const response = await host.call('CreateSession', { body: IDS, as: STRANGER });
    const error = { code: 'FORBIDDEN', message: 'userId must be the caller' };
    expect(response).toMatchObject({ status: 403, body: { error } });
  });

  it('sees in lists only what is their own', async () => {
    const mine = await create(host, { userId: STRANGER });
    const theirs = await create(host);
    const lists = [{}, { agentId: AGENT_ID }, { userId: STRANGER }, { userId: USER_ID }].map((query) =>
      host.call('ListSessions', { query: query as Record<string, string>, as: STRANGER }),
    );
    const texts = (await Promise.all(lists)).map(({ text }) => text);
    expect(texts.map((text) => text.includes(mine))).toEqual([true, true, true, false]);
    expect(texts.filter((text) => text.includes(theirs))).toEqual([]);
  });

  it('deletes with all of a user only what is their own', async () => {
    const theirs = await create(host);
    const agentId = crypto.randomUUID();
    await create(host, { agentId });
    const mine = await create(host, { userId: STRANGER, agentId });
    const none = { status: 200, body: { deleted: 0, remaining: false } };
    const deleteAll = (query: Record<string, string>) => host.call('DeleteSessions', { query, as: STRANGER });
    expect(await deleteAll({ userId: USER_ID })).toMatchObject(none);
    // Since the function's init.
    host.dynamodb.fail(undefined);
    expect(await deleteAll({ userId: USER_ID })).toMatchObject(none);
    expect(await host.call('DeleteSessions', { query: { userId: STRANGER }, as: '' })).toMatchObject(none);
    expect(host.dynamodb.received()).toEqual([]);
    for (const as of [STRANGER, '']) {
      const forbidden = await host.call('DeleteSessions', { query: { agentId }, as });
      expect(forbidden).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } });
    }
    expect(host.dynamodb.received()).toEqual([]);
    expect((await host.call('GetSession', { sessionId: mine, as: STRANGER })).status).toBe(200);
    expect((await deleteAll({ userId: STRANGER })).body).toMatchObject({ remaining: false });
    expect((await host.call('GetSession', { sessionId: mine, as: STRANGER })).status).toBe(404);
    expect((await host.call('GetSession', { sessionId: theirs })).status).toBe(200);
    expect((await host.call('ListSessions', { query: { agentId } })).body).toMatchObject({ total: 1 });
  });

  it('can not tell which Idempotency-Keys others use', async () => {
    const headers = { 'idempotency-key': 'the-same' };
    const theirs = await host.call('CreateSession', { body: IDS, headers });
    const own = await host.call('CreateSession', { body: { ...IDS, userId: STRANGER }, headers });
    expect([theirs.status, own.status]).toEqual([201, 201]);
    expect(info(own).sessionId).not.toBe(info(theirs).sessionId);
  });

  it('is not given by a repeated create what has become the session of another', async () => {
    const headers = { 'idempotency-key': 'moved' };
    const body = { ...IDS, userId: STRANGER };
    const { sessionId } = info(await host.call('CreateSession', { body, headers }));
    const item = (await host.table.items()).find((one) => one['sessionId'] === sessionId);
    await host.table.put({ ...item, userId: USER_ID, metadata: { secret: 'of another' } });
    const again = await host.call('CreateSession', { body, headers });
    const other = await host.call('CreateSession', { body: { ...body, metadata: { a: 1 } }, headers });
    expect([again.status, other.status]).toEqual([422, 422]);
    expect(again.text).toBe(other.text);
  });

  it('is not told how many sessions there are', async () => {
    expect((await host.call('GetHealth', { as: STRANGER })).body).toMatchObject({ activeSessions: 0 });
  });

  it.each([
    ['does not name them', ''],
    ['names them by more than a key may have', 'x'.repeat(2049)],
    ['names them by more bytes than a key may have', 'é'.repeat(1025)],
  ])('owns nothing when their token %s', async (_what, as) => {
    const sessionId = await create(host);
    for (const id of onOneSession) {
      expect([id, (await host.call(id, { sessionId, ...requests[id], as })).status]).toEqual([id, 404]);
    }
    expect((await host.call('ListSessions', { as })).body).toMatchObject({ sessions: [], total: 0 });
    expect((await host.call('CreateSession', { body: IDS, as })).status).toBe(403);
  });
});
