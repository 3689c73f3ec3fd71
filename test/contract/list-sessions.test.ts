import { expect, it } from 'vitest';
import type { SessionInfo } from '../../functions/http/session-info.ts';
import { contract } from '../support/contract.ts';
import { AGENT_ID, MINUTE, sessionItem } from '../support/session-item.ts';
import { create, expectInvalid, NOON } from '../support/sessions.ts';

contract('listing sessions', (host) => {
  const list = async (query: Record<string, string> = {}, as?: string) =>
    (await host().call('ListSessions', { query, ...(as && { as }) })).body as {
      sessions: SessionInfo[];
      total: number;
      nextCursor?: string;
    };

  /** The sessions of all pages. */
  async function all(query: Record<string, string>, as?: string): Promise<SessionInfo[]> {
    const found: SessionInfo[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ ...query, ...(cursor && { cursor }) }, as);
      expect(page.total).toBe(page.sessions.length);
      found.push(...page.sessions);
      cursor = page.nextCursor;
    } while (cursor);
    return found;
  }

  const user = '11111111-1111-4111-8111-111111111111';
  const agent = '22222222-2222-4222-8222-222222222222';

  it('gives the active sessions of a user or an agent, newest first, and all of them over its pages', async () => {
    const ids: string[] = [];
    for (let minute = 0; minute < 7; minute += 1) {
      host().setNow(NOON + minute * MINUTE);
      ids.unshift(await create(host(), { userId: user, agentId: agent }));
    }
    host().setNow(NOON + 10 * MINUTE);
    const queries: Record<string, string>[] = [{ userId: user }, { agentId: agent }];
    for (const query of [...queries, Object.assign({}, ...queries)]) {
      const found = (await all({ ...query, limit: '3' }, user)).map(({ sessionId }) => sessionId);
      expect(found).toEqual(ids);
    }
    host().setNow(NOON + 33 * MINUTE);
    const { sessions } = await list({ userId: user });
    expect(sessions.map(({ sessionId }) => sessionId)).toEqual(ids.slice(0, 3));
    expect(await list({ userId: user, agentId: AGENT_ID })).toMatchObject({ sessions: [], total: 0 });
  });

  it('gives everyone, and leaves out what has expired or is corrupt', async () => {
    await host().table.put(sessionItem({ sessionId: 'expired' }, Date.now() - 31 * MINUTE));
    await host().table.put(sessionItem({ sessionId: 'corrupt', renewalCount: -1 }));
    const sessionId = await create(host());
    const found = (await all({ limit: '100' })).map((session) => session.sessionId);
    expect(found).toContain(sessionId);
    expect(found).not.toContain('expired');
    expect(found).not.toContain('corrupt');
  });

  const hours = (count: number) => count * 60 * MINUTE;

  /** Sessions of one user that have ended, or have not; `age` is that of the newest. */
  const makeSessions = (userId: string, count: number, age: number) =>
    Array.from({ length: count }, (_, index) =>
      sessionItem({ sessionId: crypto.randomUUID(), userId }, Date.now() - age - index * 1000),
    );

  it('gives as many sessions in a page as it is asked for, and says where the next starts only if there is one', async () => {
    const userId = '66666666-6666-4666-8666-666666666666';
    await host().table.putMany(makeSessions(userId, 5, 0));
    const sizes = async (limit: string) => {
      const { sessions, nextCursor } = await list({ userId, limit });
      return [sessions.length, nextCursor !== undefined];
    };
    expect(await sizes('2')).toEqual([2, true]);
    expect(await sizes('4')).toEqual([4, true]);
    expect(await sizes('5')).toEqual([5, false]);
    expect(await sizes('6')).toEqual([5, false]);
  });

  it('goes by the clocks, whatever the purge of an item says', async () => {
    const userId = '77777777-7777-4777-8777-777777777777';
    const item = { ...sessionItem({ sessionId: 'edge', userId }, NOON), createRequest: 'x' };
    const expiry = NOON + 30 * MINUTE;
    // As if another program had raised its timeout since.
    await host().table.put({ ...item, purgeAt: NOON / 1000 - 24 * 60 * 60 });
    for (const [offset, status] of [
      [-1, 'active'],
      [0, 'expired'],
      [1, 'expired'],
    ] as const) {
      host().setNow(expiry + offset);
      for (const asked of ['active', 'expired']) {
        const sessions = await all({ status: asked, limit: '100' }, userId);
        const found = sessions.some(({ sessionId }) => sessionId === 'edge');
        expect([offset, asked, found]).toEqual([offset, asked, asked === status]);
      }
    }
  });

  it('fills a page of a user past the sessions that have expired', async () => {
    const userId = '33333333-3333-4333-8333-333333333333';
    const timeoutConfig = { timeoutMinutes: 700 };
    const alive = sessionItem({ sessionId: 'long', userId, timeoutConfig }, Date.now() - hours(3));
    await host().table.putMany([...makeSessions(userId, 120, hours(2)), alive]);
    expect(await list({ userId })).toMatchObject({ sessions: [{ sessionId: 'long' }], total: 1 });
  });

  it('fills a page of everyone past the sessions that have expired', async () => {
    const userId = crypto.randomUUID();
    await host().table.putMany([...makeSessions(userId, 400, hours(2)), ...makeSessions(userId, 20, 0)]);
    const active = await all({ limit: '100' }, userId);
    expect(active.filter((session) => session.userId === userId)).toHaveLength(20);
    const { sessions } = await list({ limit: '100' }, userId);
    expect(sessions).toHaveLength(Math.min(100, active.length));
  });

  it('gives sessions that have expired, or all, when it is asked for them', async () => {
    const userId = '44444444-4444-4444-8444-444444444444';
    const agentId = '44444444-4444-4444-8444-000000000000';
    const sessions = [...makeSessions(userId, 3, hours(2)), ...makeSessions(userId, 2, 0)];
    await host().table.putMany(sessions.map((item) => ({ ...item, agentId })));
    const remaining = async (status: string, query = { userId } as Record<string, string>) =>
      (await all({ limit: '2', ...query, status }, userId))
        .filter((session) => session.userId === userId)
        .map(({ timeRemaining }) => timeRemaining > 0);
    expect(await remaining('expired')).toEqual([false, false, false]);
    expect(await remaining('all')).toEqual([true, true, false, false, false]);
    expect(await remaining('active')).toEqual([true, true]);
    expect((await remaining('all', { limit: '100' })).toSorted()).toEqual([false, false, false, true, true]);
    expect(await remaining('expired', { agentId })).toEqual([false, false, false]);
  });

  it('never returns more than Lambda may, and all of it over its pages', async () => {
    const userId = '55555555-5555-4555-8555-555555555555';
    // A quotation mark is one byte in DynamoDB, and four in a response of Lambda's.
    const metadata = { text: '"'.repeat(150_000), more: 'x'.repeat(150_000) };
    const large = makeSessions(userId, 12, 0).map((item) => ({ ...item, metadata }));
    await host().table.putMany(large.slice(0, 6));
    await host().table.putMany(large.slice(6));
    const first = await host().call('ListSessions', { query: { userId } });
    expect(JSON.stringify(first.text).length).toBeLessThan(6_000_000);
    expect((await all({ userId }, userId)).map(({ sessionId }) => sessionId)).toEqual(
      large.map((item) => (item as { sessionId?: unknown }).sessionId),
    );
  });

  const cursorFor = (key: object) => Buffer.from(JSON.stringify(key)).toString('base64url');
  const NO_CURSOR = 'cursor must be the nextCursor of the same query';
  const MORE = { sessionId: 'x', more: 'y' };
  const ofUser = { sessionId: 'x', userId: user, createdAt: 'y' };

  it.each([
    [{ limit: '0' }, 'limit must be a whole number from 1 to 100'],
    [{ limit: '101' }, 'limit must be a whole number from 1 to 100'],
    [{ limit: 'ten' }, 'limit must be a whole number from 1 to 100'],
    [{ limit: '1e1' }, 'limit must be a whole number from 1 to 100'],
    [{ userId: 'me' }, 'userId must be a UUID'],
    [{ agentId: '' }, 'agentId must be a UUID'],
    [{ status: 'ended' }, 'status must be one of active, expired, all'],
    [{ page: '2' }, 'Unknown query parameter; allowed are userId, agentId, status, limit, cursor'],
    ...['', 'garbage', 'e30', ...[[], { sessionId: 1 }, { sessionId: '\ud800' }, MORE].map(cursorFor)].map(
      (cursor) => [{ cursor }, NO_CURSOR],
    ),
    [{ userId: user, cursor: cursorFor({ ...ofUser, userId: AGENT_ID }) }, NO_CURSOR],
    [{ userId: user, cursor: cursorFor({ ...ofUser, createdAt: 'y'.repeat(1025) }) }, NO_CURSOR],
  ] as [Record<string, string>, string][])('rejects %j', async (query, message) => {
    expectInvalid(await host().call('ListSessions', { query }), message);
  });

  it('takes a cursor that someone made up for a place in the list and nothing else', async () => {
    const cursor = cursorFor({ sessionId: 'zzz', userId: user, createdAt: '9999' });
    expect((await host().call('ListSessions', { query: { userId: user, cursor } })).status).toBe(200);
  });
});
