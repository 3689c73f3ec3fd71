import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { contract } from '../support/contract.ts';
import { AGENT_ID, MINUTE, USER_ID } from '../support/session-item.ts';
import { expectInvalid, IDS, info, NOON, parseError } from '../support/sessions.ts';

const OTHER = '5c8f1e0a-2b7d-4c39-8e6f-90a1b2c3d4e5';

contract("a create with the caller's own id", (host) => {
  const newId = () => randomBytes(24).toString('base64url').replace(/^./, 'a').padEnd(33, '_');
  const post = (body: object, key?: string) =>
    host().call('CreateSession', {
      body: { ...IDS, ...body },
      ...(key !== undefined && { headers: { 'idempotency-key': key } }),
    });
  const stored = async (id: string) => (await host().table.items()).find(({ sessionId }) => sessionId === id);
  const expectTaken = (response: Awaited<ReturnType<typeof post>>) =>
    expect([response.status, parseError(response).code]).toEqual([409, 'SESSION_EXISTS']);

  it('makes a session with it, which every route serves', async () => {
    const sessionId = newId();
    expect(info(await post({ sessionId })).sessionId).toBe(sessionId);
    expect((await host().call('HeartbeatSession', { sessionId })).status).toBe(200);
    expect((await host().call('DeleteSession', { sessionId })).status).toBe(200);
  });

  it('takes ids of 33 to 128 letters, digits, _ and -', async () => {
    for (const sessionId of ['x'.repeat(33), `-_Az09${'y'.repeat(122)}`]) {
      const { status } = await post({ sessionId });
      expect([sessionId, status]).toEqual([sessionId, 201]);
      await host().call('DeleteSession', { sessionId });
    }
    const message = 'sessionId must be 33 to 128 letters, digits, "_" or "-"';
    for (const sessionId of [
      'x'.repeat(32),
      'x'.repeat(129),
      `${'x'.repeat(33)}/`,
      `${'x'.repeat(33)}\n`,
      '',
      7,
      'é'.repeat(40),
    ])
      expectInvalid(await post({ sessionId }), message);
  });

  it('takes null for no id', async () => {
    expect(info(await post({ sessionId: null, ifExists: null })).sessionId).toMatch(/^[\da-f-]{36}$/);
  });

  it('is 409 for another request of the same user, and changes nothing', async () => {
    const sessionId = newId();
    await post({ sessionId, metadata: { first: true } });
    expectTaken(await post({ sessionId, metadata: { second: true } }));
    expectTaken(await post({ sessionId }, 'key'));
    expect(info(await host().call('GetSession', { sessionId })).metadata).toEqual({ first: true });
  });

  it('is 201 again for the same key and body, also with ifExists', async () => {
    const [sessionId, other] = [newId(), newId()];
    const first = await post({ sessionId, metadata: { a: 1 } }, 'once');
    const again = await post({ metadata: { a: 1 }, sessionId }, 'once');
    expect([again.status, info(again).createdAt]).toEqual([201, info(first).createdAt]);
    expectTaken(await post({ sessionId, metadata: { a: 2 } }, 'once'));
    await post({ sessionId: other, ifExists: 'return' }, 'once');
    expect((await post({ sessionId: other, ifExists: 'return' }, 'once')).status).toBe(201);
  });

  it('is 410 for the same key and body when that session has expired', async () => {
    const sessionId = newId();
    host().setNow(NOON);
    await post({ sessionId }, 'expires');
    host().setNow(NOON + 30 * MINUTE);
    expect((await post({ sessionId }, 'expires')).status).toBe(410);
  });

  it('makes one session of two at once without a key: 201 and 409', async () => {
    const sessionId = newId();
    const statuses = (await Promise.all([post({ sessionId }), post({ sessionId })])).map(
      ({ status }) => status,
    );
    expect(statuses.sort()).toEqual([201, 409]);
  });

  it('with ifExists gives the live session as it is stored, and writes nothing', async () => {
    const sessionId = newId();
    const returns = { sessionId, ifExists: 'return' };
    host().setNow(NOON);
    expect((await post({ ...returns, metadata: { first: true } })).status).toBe(201);
    const before = await stored(sessionId);
    host().setNow(NOON + MINUTE);
    const response = await post({
      ...returns,
      metadata: { other: 1 },
      timeoutConfig: { timeoutMinutes: 60 },
    });
    expect(response.status).toBe(200);
    expect(info(response)).toMatchObject({
      sessionId,
      metadata: { first: true },
      timeRemaining: 29 * MINUTE,
    });
    expect(await stored(sessionId)).toEqual(before);
  });

  it('with ifExists makes one session of many at once', async () => {
    const body = { sessionId: newId(), ifExists: 'return' };
    const responses = await Promise.all(Array.from({ length: 6 }, () => post(body)));
    const statuses = responses.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 200, 200, 200, 200, 201]);
    expect(new Set(responses.map((one) => info(one).createdAt)).size).toBe(1);
  });

  it('with ifExists is 410 for one that has expired: nothing revives it', async () => {
    const sessionId = newId();
    host().setNow(NOON);
    await post({ sessionId });
    host().setNow(NOON + 30 * MINUTE);
    expect((await post({ sessionId, ifExists: 'return' })).status).toBe(410);
    expectTaken(await post({ sessionId }));
  });

  it('is 409 for a session of another user or agent, alive or expired, with ifExists too', async () => {
    host().setNow(NOON);
    for (const theirs of [
      { userId: OTHER, agentId: AGENT_ID },
      { userId: USER_ID, agentId: OTHER },
    ]) {
      const sessionId = newId();
      await post({ sessionId, ...theirs });
      for (const instant of [NOON, NOON + 31 * MINUTE]) {
        host().setNow(instant);
        expectTaken(await post({ sessionId }));
        expectTaken(await post({ sessionId, ifExists: 'return' }));
      }
      host().setNow(NOON);
    }
  });

  it('is 409 for the same key and body when another program has given the session to another agent', async () => {
    const sessionId = newId();
    await post({ sessionId }, 'given');
    await host().table.put({ ...(await stored(sessionId)), agentId: OTHER });
    expectTaken(await post({ sessionId }, 'given'));
  });

  it('compares the user and the agent case and all', async () => {
    const sessionId = newId();
    await post({ sessionId, agentId: AGENT_ID.toUpperCase() });
    expectTaken(await post({ sessionId, ifExists: 'return' }));
  });

  it('may be used again after a delete', async () => {
    const sessionId = newId();
    await post({ sessionId, metadata: { first: true } });
    await host().call('DeleteSession', { sessionId });
    const response = await post({ sessionId, ifExists: 'return' });
    expect([response.status, info(response).metadata]).toEqual([201, {}]);
  });

  it('rejects ifExists without an id, and anything but "return"', async () => {
    expectInvalid(await post({ ifExists: 'return' }), 'ifExists needs a sessionId');
    expectInvalid(await post({ sessionId: newId(), ifExists: 'replace' }), 'ifExists must be "return"');
  });

  it('is 500 with ifExists where the stored item is malformed, and 409 without', async () => {
    const sessionId = newId();
    await host().table.put({ sessionId, ...IDS, createdAt: 'yesterday', lastActivity: 'now' });
    expectTaken(await post({ sessionId }));
    expect((await post({ sessionId, ifExists: 'return' })).status).toBe(500);
  });
});
