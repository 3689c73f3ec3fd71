import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { contract } from '../support/contract.ts';
import { AGENT_ID, MINUTE, sessionItem } from '../support/session-item.ts';
import { create, expectInvalid, info, iso, NOON } from '../support/sessions.ts';

const NO_OBJECT = 'metadata must be an object of at most 10240 bytes of JSON';

contract('changing the metadata of a session', (host) => {
  const patch = (sessionId: string, body: unknown, headers: Record<string, string> = {}) =>
    host().call('ChangeMetadata', { sessionId, body, headers });

  it('merges: null removes a key, objects merge, everything else replaces', async () => {
    const metadata = { channel: 'web', locale: 'en', device: { os: 'ios', version: 17 }, tags: ['a', 'b'] };
    const sessionId = await create(host(), { metadata });
    const response = await patch(sessionId, {
      metadata: { locale: null, device: { version: 18, model: 'x' }, tags: ['c'], новый: { a: { b: null } } },
    });
    const device = { os: 'ios', version: 18, model: 'x' };
    const merged = { channel: 'web', device, tags: ['c'], новый: { a: {} } };
    expect(response.status).toBe(200);
    expect(info(response).metadata).toEqual(merged);
    expect(info(await host().call('GetSession', { sessionId })).metadata).toEqual(merged);
  });

  it('is no activity: no clock moves, and no renewal is counted', async () => {
    host().setNow(NOON);
    const sessionId = await create(host());
    host().setNow(NOON + 10 * MINUTE);
    expect((await patch(sessionId, { metadata: { a: 1 } })).body).toMatchObject({
      expiresAt: iso(NOON + 30 * MINUTE),
      lastActivity: iso(NOON),
      renewalCount: 0,
      timeRemaining: 20 * MINUTE,
    });
  });

  const merge = 'application/merge-patch+json';

  it.each([merge, `${merge}; charset=utf-8`, 'application/json'])(
    'takes a body of the content type %s',
    async (type) => {
      const sessionId = await create(host());
      expect((await patch(sessionId, { metadata: { a: 1 } }, { 'content-type': type })).status).toBe(200);
    },
  );

  it.each([{}, { none: null }, { channel: 'web', deep: { er: {} } }, { large: 1e21, list: [1e-20] }])(
    'writes nothing when it changes nothing: %j',
    async (change) => {
      const sessionId = await create(host(), {
        metadata: { channel: 'web', deep: { er: {} }, large: 1e21, list: [1e-20] },
      });
      const before = await host().table.items();
      expect((await patch(sessionId, { metadata: change })).status).toBe(200);
      expect(await host().table.items()).toEqual(before);
    },
  );

  it('works on an item without metadata, and leaves other types as they are', async () => {
    await host().table.put({ ...sessionItem({ sessionId: 'bare' }), metadata: undefined });
    expect((await patch('bare', { metadata: { a: 1 } })).body).toMatchObject({ metadata: { a: 1 } });
    const exact = NumberValue.from('12345678901234567890123456789012345678');
    await host().table.put(sessionItem({ sessionId: 'typed', metadata: { tags: new Set(['a']), exact } }));
    expect((await patch('typed', { metadata: { a: 1 } })).text).toContain(exact.toString());
    const [item] = (await host().table.items()).filter(({ sessionId }) => sessionId === 'typed');
    const stored = item?.['metadata'] as Record<string, unknown> | undefined;
    expect(stored).toMatchObject({ tags: new Set(['a']), a: 1 });
    expect(JSON.stringify(stored?.['exact'])).toBe(exact.toString());
  });

  it.each([
    [{}, NO_OBJECT],
    [{ metadata: null }, NO_OBJECT],
    ['{"metadata":1e400}', NO_OBJECT],
    [{ metadata: [] }, NO_OBJECT],
    [{ metadata: { a: 1 }, userId: AGENT_ID }, 'The body has an unknown field; allowed are metadata'],
    [{ metadata: { '': null } }, 'metadata must not have empty keys'],
    ['{"metadata":{"__proto__":null}}', 'metadata must not have a key __proto__'],
    ['{"metadata":{"a":12345678901234567890}}', /^metadata has a number with more digits than can be kept/],
    ['{"metadata":{"a":"\\ud800"}}', 'metadata has an unpaired surrogate'],
    [{ metadata: { a: 'x'.repeat(10_240) } }, NO_OBJECT],
    ['{', 'The body is not valid JSON'],
    ['', 'The body is missing: send a JSON object'],
  ])('rejects %.60j and changes nothing', async (body, message) => {
    const sessionId = await create(host(), { metadata: { channel: 'web' } });
    const before = await host().table.items();
    expectInvalid(await patch(sessionId, body), message);
    expect(await host().table.items()).toEqual(before);
  });

  it('holds the merged whole to the size limit, unless the patch makes it no larger', async () => {
    const sessionId = await create(host(), { metadata: { a: 'x'.repeat(10_000) } });
    expect((await patch(sessionId, { metadata: { b: 'y'.repeat(300) } })).status).toBe(400);
    expect((await patch(sessionId, { metadata: { b: 'y'.repeat(200) } })).status).toBe(200);
    // DynamoDB writes each in 126 digits.
    const numbers = await create(host(), { metadata: { a: Array(100).fill(1e125) } });
    expect((await patch(numbers, { metadata: { b: 1 } })).status).toBe(200);
    const large = { a: 'x'.repeat(20_000), b: 'y'.repeat(100) };
    await host().table.put(sessionItem({ sessionId: 'large', metadata: large }));
    expect((await patch('large', { metadata: { b: 'y'.repeat(101) } })).status).toBe(400);
    expect((await patch('large', { metadata: { b: null } })).status).toBe(200);
    expect((await patch('large', { metadata: { a: null } })).body).toMatchObject({ metadata: {} });
  });

  it('keeps patches of different keys at the same time, all of them', async () => {
    const sessionId = await create(host());
    const keys = ['a', 'b', 'c', 'd', 'e'];
    const responses = await Promise.all([
      ...keys.map((key) => patch(sessionId, { metadata: { [key]: key } })),
      host().call('HeartbeatSession', { sessionId }),
    ]);
    expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 200));
    expect((await host().call('GetSession', { sessionId })).body).toMatchObject({
      metadata: Object.fromEntries(keys.map((key) => [key, key])),
      renewalCount: 1,
    });
  });
});
