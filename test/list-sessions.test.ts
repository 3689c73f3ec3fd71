import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Host, startDirect } from './support/hosts.ts';
import { sessionItem, USER_ID } from './support/session-item.ts';

/** Two bytes each in DynamoDB, and 126 digits in an answer. */
const metadata = { numbers: Array.from({ length: 60_000 }, () => NumberValue.from('1e125')) };

describe('a session that is larger than an answer may be', () => {
  let host: Host & { close(): Promise<void> };
  beforeAll(async () => {
    host = await startDirect();
    const now = Date.now();
    await host.table.put(sessionItem({ sessionId: 'huge', metadata }, now - 1000));
    for (const age of [0, 2000]) await host.table.put(sessionItem({ sessionId: `small-${age}` }, now - age));
  });
  afterAll(() => host.close());

  it.each([{ userId: USER_ID }, {}])('hides no other from a list: %j', async (query) => {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const { body } = await host.call('ListSessions', {
        query: { ...(query as Record<string, string>), limit: '1', ...(cursor && { cursor }) },
      });
      const page = body as { sessions: { sessionId: string }[]; nextCursor?: string };
      found.push(...page.sessions.map(({ sessionId }) => sessionId));
      cursor = page.nextCursor;
    } while (cursor);
    expect(found.sort()).toEqual(['small-0', 'small-2000']);
  });

  it('is a 500 with a reason in the log, not a crash of the function', async () => {
    expect(await host.call('GetSession', { sessionId: 'huge' })).toMatchObject({
      status: 500,
      body: { error: { code: 'INTERNAL_SERVER_ERROR' } },
    });
  });
});
