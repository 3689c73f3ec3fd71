import { describe, expect, it } from 'vitest';
import { contract } from '../support/contract.ts';
import { MINUTE, sessionItem, USER_ID } from '../support/session-item.ts';
import { create, expectInvalid } from '../support/sessions.ts';

contract('deleting all sessions of a user or an agent', (host) => {
  const deleteAll = async (query: Record<string, string>, as?: string) =>
    (await host().call('DeleteSessions', { query, ...(as && { as }) })).body as {
      deleted: number;
      remaining: boolean;
    };
  const countOf = async (attribute: string, value: string) =>
    (await host().table.items()).filter((item) => item[attribute] === value).length;
  const makeSessions = (count: number, attributes: object, age = 0) =>
    Array.from({ length: count }, (_, index) =>
      sessionItem({ sessionId: crypto.randomUUID(), ...attributes }, Date.now() - age - index * 1000),
    );

  it('deletes those that are alive and those that have expired, and no others', async () => {
    const userId = crypto.randomUUID();
    const other = crypto.randomUUID();
    await host().table.putMany([
      ...makeSessions(3, { userId }),
      ...makeSessions(2, { userId }, 120 * MINUTE),
      ...makeSessions(2, { userId: other }),
    ]);
    expect(await deleteAll({ userId })).toEqual({ success: true, deleted: 5, remaining: false });
    expect([await countOf('userId', userId), await countOf('userId', other)]).toEqual([0, 2]);
    expect(await deleteAll({ userId })).toEqual({ success: true, deleted: 0, remaining: false });
  });

  it('deletes at most a hundred in a call, says that more remain, and goes on when it is called again', async () => {
    const userId = crypto.randomUUID();
    await host().table.putMany(makeSessions(230, { userId }));
    const calls = [await deleteAll({ userId }), await deleteAll({ userId }), await deleteAll({ userId })];
    expect(calls.map(({ deleted, remaining }) => [deleted, remaining])).toEqual([
      [100, true],
      [100, true],
      [30, false],
    ]);
    expect(await countOf('userId', userId)).toBe(0);
  });

  it('counts each session once when two calls run at the same time', async () => {
    const userId = crypto.randomUUID();
    await host().table.putMany(makeSessions(60, { userId }));
    const both = await Promise.all([deleteAll({ userId }), deleteAll({ userId })]);
    expect(both.reduce((sum, { deleted }) => sum + deleted, 0)).toBe(60);
    expect(await countOf('userId', userId)).toBe(0);
  });

  it('is safe while sessions are created', async () => {
    const userId = crypto.randomUUID();
    await host().table.putMany(makeSessions(20, { userId }));
    const [, created] = await Promise.all([deleteAll({ userId }), create(host(), { userId })]);
    const status = (await host().call('GetSession', { sessionId: created, as: userId })).status;
    expect([200, 404]).toContain(status);
    await deleteAll({ userId });
    expect(await countOf('userId', userId)).toBe(0);
  });

  it("deletes an agent's sessions for a service, and for no caller who owns sessions", async () => {
    const agentId = crypto.randomUUID();
    const userId = crypto.randomUUID();
    await host().table.putMany([...makeSessions(3, { agentId, userId }), ...makeSessions(2, { userId })]);
    const response = await host().call('DeleteSessions', { query: { agentId }, as: userId });
    const { hasOwners } = host();
    expect(response.status).toBe(hasOwners ? 403 : 200);
    expect(response.body).toMatchObject(hasOwners ? {} : { success: true, deleted: 3, remaining: false });
    expect(await countOf('userId', userId)).toBe(hasOwners ? 5 : 2);
  });

  describe('needs exactly one parameter', () => {
    const id = USER_ID;
    const one = 'Send exactly one query parameter: userId or agentId';
    it.each([
      [{}, one],
      [{ userId: id, agentId: id }, one],
      [{ user: id }, one],
      [{ userId: id, limit: '1' }, one],
      [{ userId: '' }, 'userId must be a UUID'],
      [{ agentId: 'eliza' }, 'agentId must be a UUID'],
    ] as [Record<string, string>, string][])('and rejects %j', async (query, message) => {
      expectInvalid(await host().call('DeleteSessions', { query }), message);
    });
  });
});
