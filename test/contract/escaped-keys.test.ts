import { expect, it } from 'vitest';
import { contract } from '../support/contract.ts';
import { nativeParse } from '../support/native-json.ts';
import { sessionItem } from '../support/session-item.ts';
import { create, IDS, info } from '../support/sessions.ts';

/** Escaped keys, each behind the same key as one of POISON. */
const METADATA = { channel: 'web', 名前: 1, inner: { k: 1, '\n': 2 } };
const POISON = { channel: 'x', '\\u': 0, inner: { k: 1, '\\': 0 } };

const unicodeEscape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** In the form of Python's json.dumps, PHP and .NET. */
const ascii = (value: unknown): string => JSON.stringify(value).replace(/[^\0-\x7f]/g, unicodeEscape);

/** Node.js 24 has a fault (functions/aws/json-parse.ts): keys that hold a backslash make it misread others. */
contract('keys that JSON escapes', (host) => {
  it.each([
    ['a body', async () => void (await create(host(), { metadata: POISON }))],
    [
      'an item of another program',
      async () => {
        await host().table.put(sessionItem({ sessionId: 'poison', metadata: POISON }));
        await host().call('GetSession', { sessionId: 'poison' });
      },
    ],
    ["the event, which Lambda's runtime parses", async () => void nativeParse(JSON.stringify(POISON))],
  ])('are read as sent on every route, after %s with a backslash in a key', async (_from, poison) => {
    await poison();
    const body = ascii({ ...IDS, metadata: METADATA });
    const headers = { 'idempotency-key': `keys-${Math.random()}` };
    const created = await host().call('CreateSession', { body, headers });
    expect(created).toMatchObject({ status: 201, body: { metadata: METADATA } });
    // The same request as another program writes it.
    const retried = await host().call('CreateSession', { body: { ...IDS, metadata: METADATA }, headers });
    expect(retried).toMatchObject({ status: 201, body: { metadata: METADATA } });

    await host().table.put(sessionItem({ sessionId: 'other', metadata: METADATA }));
    for (const sessionId of [info(created).sessionId, 'other']) {
      const responses = [
        await host().call('GetSession', { sessionId }),
        await host().call('HeartbeatSession', { sessionId }),
        await host().call('RenewSession', { sessionId }),
        await host().call('ChangeTimeout', { sessionId, body: { timeoutMinutes: 60 } }),
      ];
      for (const response of responses) expect(info(response).metadata).toEqual(METADATA);
      const patch = ascii({ metadata: { patch: METADATA } });
      const patched = { ...METADATA, patch: METADATA };
      expect(info(await host().call('ChangeMetadata', { sessionId, body: patch })).metadata).toEqual(patched);
      expect(info(await host().call('GetSession', { sessionId })).metadata).toEqual(patched);
      const list = await host().call('ListSessions', { query: { userId: IDS.userId, limit: '100' } });
      const { sessions } = list.body as { sessions: ReturnType<typeof info>[] };
      expect(sessions.find((one) => one.sessionId === sessionId)?.metadata).toEqual(patched);
      expect(await host().call('DeleteSession', { sessionId })).toMatchObject({ status: 200 });
    }
  });
});
