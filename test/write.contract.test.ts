import { expect, it } from 'vitest';
import type { SessionInfo } from '../functions/session/session.ts';
import { describeOnHosts, type Host } from './support/hosts.ts';
import type { HttpAnswer } from './support/openapi.ts';
import { AGENT_ID, MINUTE, sessionItem, USER_ID } from './support/session-item.ts';

const NOON = Date.UTC(2026, 2, 2, 12);
const IDS = { agentId: AGENT_ID, userId: USER_ID };
const info = ({ body }: HttpAnswer) => body as SessionInfo;
const errorOf = ({ body }: HttpAnswer) => (body as { error: { code: string; message: string } }).error;
const iso = (instant: number) => new Date(instant).toISOString();

/** Creates a session; gives its id. */
async function create(host: Host, body: object = {}, headers: Record<string, string> = {}): Promise<string> {
  const answer = await host.call('CreateSession', { body: { ...IDS, ...body }, headers });
  expect(answer.status).toBe(201);
  return info(answer).sessionId;
}

describeOnHosts('creating a session', (host) => {
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    host().call('CreateSession', { body, headers });

  it('answers 201 with the session, its defaults and an id and a channel made here', async () => {
    host().setNow(NOON);
    const answer = await post(IDS);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      ...IDS,
      sessionId: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
      channelId: expect.stringMatching(/^[\da-f-]{36}$/),
      createdAt: iso(NOON),
      lastActivity: iso(NOON),
      metadata: {},
      expiresAt: iso(NOON + 30 * MINUTE),
      timeoutConfig: {
        timeoutMinutes: 30,
        autoRenew: true,
        maxDurationMinutes: 720,
        warningThresholdMinutes: 5,
      },
      renewalCount: 0,
      timeRemaining: 30 * MINUTE,
      isNearExpiration: false,
    });
  });

  it('stores what it answers: a read right after finds the same', async () => {
    host().setNow(NOON);
    const answer = await post({
      ...IDS,
      channelId: USER_ID,
      timeoutConfig: { autoRenew: false, timeoutMinutes: 5 },
    });
    const { sessionId } = info(answer);
    expect((await host().call('GetSession', { sessionId })).body).toEqual(answer.body);
  });

  it('raises the maximum duration to a timeout beyond its default, if none is named', async () => {
    const { timeoutConfig } = info(await post({ ...IDS, timeoutConfig: { timeoutMinutes: 1440 } }));
    expect(timeoutConfig).toMatchObject({ timeoutMinutes: 1440, maxDurationMinutes: 1440 });
  });

  it.each([
    [{ text: 'å🗝️\u0000"\\', list: [1, 'a', null, true, [], {}], nested: { deep: { er: 0.1 } } }],
    [{ constructor: { name: 'Set' }, toString: 1, toJSON: 'x', hasOwnProperty: null }],
    [{ big: 1e21, small: 1e-130, negative: -9007199254740991, edge: 9.99e125 }],
    [{ text: 'x'.repeat(10_240 - 11) }],
    [{ [' ']: '', empty: '' }],
  ])('keeps metadata equal: %#', async (metadata) => {
    const created = await post({ ...IDS, metadata });
    expect(info(created).metadata).toEqual(metadata);
    const { sessionId } = info(created);
    expect(info(await host().call('GetSession', { sessionId })).metadata).toEqual(metadata);
  });

  const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

  it('keeps metadata that is as deep as DynamoDB allows, and refuses deeper', async () => {
    const body = (levels: number) =>
      `{"agentId":"${AGENT_ID}","userId":"${USER_ID}","metadata":${nested(levels)}}`;
    expect((await post(body(31))).status).toBe(201);
    expect(errorOf(await post(body(32))).message).toContain('31 levels');
    expect((await post(body(8000))).status).toBe(400);
  });

  const withMetadata = (json: string) => `{"agentId":"${AGENT_ID}","userId":"${USER_ID}","metadata":${json}}`;

  it.each([
    ['', 'The body is missing: send a JSON object'],
    ['{', 'The body is not valid JSON'],
    ['[]', 'The body must be a JSON object'],
    ['null', 'The body must be a JSON object'],
    [{}, 'agentId must be a UUID'],
    [{ agentId: AGENT_ID }, 'userId must be a UUID'],
    [{ ...IDS, agentId: 'agent' }, 'agentId must be a UUID'],
    [{ ...IDS, userId: 7 }, 'userId must be a UUID'],
    [{ ...IDS, channelId: `urn:uuid:${USER_ID}` }, 'channelId must be a UUID'],
    [
      { ...IDS, s3cret: 1 },
      'The body has an unknown field; it may have agentId, userId, channelId, metadata, timeoutConfig',
    ],
    [{ ...IDS, metadata: [] }, 'metadata must be an object of at most 10240 bytes of JSON'],
    [{ ...IDS, metadata: null }, 'metadata must be an object of at most 10240 bytes of JSON'],
    [
      { ...IDS, metadata: { text: 'x'.repeat(10_230) } },
      'metadata must be an object of at most 10240 bytes of JSON',
    ],
    [
      { ...IDS, metadata: { text: 'é'.repeat(5115) } },
      'metadata must be an object of at most 10240 bytes of JSON',
    ],
    [{ ...IDS, metadata: { a: { '': 1 } } }, 'metadata must not have empty keys'],
    [withMetadata('{"__proto__":{"a":1}}'), 'metadata must not have a key __proto__'],
    [withMetadata('{"a":"\\ud800"}'), 'metadata has half of a surrogate pair'],
    [
      withMetadata('{"a":1e400}'),
      'metadata has a number with more digits than can be kept; send it as a string',
    ],
    [
      withMetadata('{"a":9007199254740993}'),
      'metadata has a number with more digits than can be kept; send it as a string',
    ],
    [
      withMetadata('{"a":1e126}'),
      'metadata has a number outside the range of 1e-130 to 1e126; send it as a string',
    ],
    [{ ...IDS, timeoutConfig: [] }, /^timeoutConfig must be an object with timeoutMinutes/],
    [{ ...IDS, timeoutConfig: 30 }, /^timeoutConfig must be an object with timeoutMinutes/],
    [
      { ...IDS, timeoutConfig: { minutes: 30 } },
      /^timeoutConfig has an unknown field; it may have timeoutMinutes/,
    ],
    [
      { ...IDS, timeoutConfig: { timeoutMinutes: 4 } },
      'timeoutConfig.timeoutMinutes must be a whole number from 5 to 1440',
    ],
    [
      { ...IDS, timeoutConfig: { timeoutMinutes: 1441 } },
      'timeoutConfig.timeoutMinutes must be a whole number from 5 to 1440',
    ],
    [
      { ...IDS, timeoutConfig: { timeoutMinutes: 30.5 } },
      'timeoutConfig.timeoutMinutes must be a whole number from 5 to 1440',
    ],
    [
      { ...IDS, timeoutConfig: { timeoutMinutes: '30' } },
      'timeoutConfig.timeoutMinutes must be a whole number from 5 to 1440',
    ],
    [
      { ...IDS, timeoutConfig: { timeoutMinutes: null } },
      'timeoutConfig.timeoutMinutes must be a whole number from 5 to 1440',
    ],
    [{ ...IDS, timeoutConfig: { autoRenew: 'false' } }, 'timeoutConfig.autoRenew must be true or false'],
    [
      { ...IDS, timeoutConfig: { maxDurationMinutes: 2881 } },
      'timeoutConfig.maxDurationMinutes must be a whole number from 5 to 2880',
    ],
    [
      { ...IDS, timeoutConfig: { maxDurationMinutes: 29 } },
      'timeoutConfig.maxDurationMinutes must be at least timeoutMinutes (30)',
    ],
    [
      { ...IDS, timeoutConfig: { warningThresholdMinutes: 0 } },
      'timeoutConfig.warningThresholdMinutes must be a whole number from 1 to 2880',
    ],
    [`{"padding":"${'x'.repeat(70_000)}"}`, 'The body must not be longer than 65536 bytes'],
  ])('refuses %.60j in words that say what to change and repeat nothing', async (body, message) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(errorOf(answer).code).toBe('VALIDATION_ERROR');
    expect(errorOf(answer).message).toEqual(
      typeof message === 'string' ? message : expect.stringMatching(message),
    );
    expect(answer.text).not.toContain('s3cret');
  });

  it.each(['text/plain', 'application/jsonp', 'application/json; charset=iso-8859-1', ''])(
    'refuses a body that is said to be %j',
    async (contentType) => {
      const answer = await post(IDS, { 'content-type': contentType });
      expect(errorOf(answer).message).toBe('The content-type must be application/json, in UTF-8');
    },
  );
});

describeOnHosts('creating a session with an Idempotency-Key', (host) => {
  const post = (key: string, body: object = {}) =>
    host().call('CreateSession', { body: { ...IDS, ...body }, headers: { 'idempotency-key': key } });

  it('makes one session, whatever the number of tries at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => post('at-once', { metadata: { a: 1, b: 2 } })),
    );
    expect(new Set(answers.map((answer) => info(answer).sessionId)).size).toBe(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  });

  it('answers the session as it is by now, and takes the same body in another order for the same', async () => {
    const { sessionId } = info(await post('later', { metadata: { a: 1, b: 2 } }));
    await host().call('RenewSession', { sessionId });
    const answer = await host().call('CreateSession', {
      body: { metadata: { b: 2, a: 1 }, userId: USER_ID, agentId: AGENT_ID },
      headers: { 'idempotency-key': 'later' },
    });
    expect(info(answer)).toMatchObject({ sessionId, renewalCount: 1 });
  });

  it('refuses another body with 422 and leaves the session as it is', async () => {
    const { sessionId } = info(await post('reused', { metadata: { a: 1 } }));
    const answer = await post('reused', { metadata: { a: 2 } });
    expect(answer.status).toBe(422);
    expect(errorOf(answer).code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(info(await host().call('GetSession', { sessionId })).metadata).toEqual({ a: 1 });
  });

  it('makes other sessions for other keys, and none that shows its key', async () => {
    const [first, second] = [info(await post('key-1')), info(await post('key-2'))];
    expect(first.sessionId).not.toBe(second.sessionId);
    expect(JSON.stringify(first)).not.toContain('key-1');
  });

  it('says so when the session of the key has expired', async () => {
    host().setNow(NOON);
    await post('expired');
    host().setNow(NOON + 30 * MINUTE);
    expect((await post('expired')).status).toBe(410);
  });

  it.each(['', 'two words', 'x'.repeat(256)])('refuses the key %.20j', async (key) => {
    const answer = await post(key);
    expect(errorOf(answer).message).toBe('Idempotency-Key must be 1 to 255 visible ASCII characters');
  });
});

describeOnHosts('renewing a session', (host) => {
  it('starts its idle clock again and counts, also when activity does not renew it', async () => {
    host().setNow(NOON);
    const sessionId = await create(host(), { timeoutConfig: { autoRenew: false } });
    host().setNow(NOON + 20 * MINUTE);
    const answer = await host().call('RenewSession', { sessionId });
    expect(answer).toMatchObject({
      status: 200,
      body: { expiresAt: iso(NOON + 50 * MINUTE), renewalCount: 1 },
    });
    expect((await host().call('GetSession', { sessionId })).body).toEqual(answer.body);
  });

  it('never moves its end beyond the maximum duration', async () => {
    host().setNow(NOON);
    const sessionId = await create(host(), { timeoutConfig: { timeoutMinutes: 20, maxDurationMinutes: 30 } });
    for (const minutes of [15, 25, 29]) {
      host().setNow(NOON + minutes * MINUTE);
      const answer = await host().call('RenewSession', { sessionId });
      expect(answer).toMatchObject({ status: 200, body: { expiresAt: iso(NOON + 30 * MINUTE) } });
    }
  });

  it('does not look at a body', async () => {
    const sessionId = await create(host());
    expect((await host().call('RenewSession', { sessionId, body: '{ not json' })).status).toBe(200);
  });
});

describeOnHosts('the heartbeat of a session', (host) => {
  it('notes the activity and renews the session', async () => {
    host().setNow(NOON);
    const sessionId = await create(host());
    host().setNow(NOON + 10 * MINUTE);
    expect((await host().call('HeartbeatSession', { sessionId })).body).toMatchObject({
      lastActivity: iso(NOON + 10 * MINUTE),
      expiresAt: iso(NOON + 40 * MINUTE),
      renewalCount: 1,
    });
  });

  it('only notes the activity when activity does not renew the session', async () => {
    host().setNow(NOON);
    const sessionId = await create(host(), { timeoutConfig: { autoRenew: false } });
    host().setNow(NOON + 10 * MINUTE);
    expect((await host().call('HeartbeatSession', { sessionId })).body).toMatchObject({
      lastActivity: iso(NOON + 10 * MINUTE),
      expiresAt: iso(NOON + 30 * MINUTE),
      renewalCount: 0,
    });
  });

  it('keeps attributes that other programs gave the item, and starts a version where there is none', async () => {
    await host().table.put(sessionItem({ sessionId: 'foreign', tenant: 'acme' }));
    expect((await host().call('HeartbeatSession', { sessionId: 'foreign' })).status).toBe(200);
    expect(await host().table.items()).toContainEqual(
      expect.objectContaining({ sessionId: 'foreign', tenant: 'acme', version: 1, renewalCount: 1 }),
    );
  });
});

describeOnHosts('changing the timeout of a session', (host) => {
  const patch = (sessionId: string, body: unknown) => host().call('ChangeTimeout', { sessionId, body });

  it('changes what is named and nothing else', async () => {
    host().setNow(NOON);
    const sessionId = await create(host(), { timeoutConfig: { autoRenew: false } });
    const answer = await patch(sessionId, { timeoutMinutes: 60 });
    expect(answer.body).toMatchObject({
      timeoutConfig: {
        timeoutMinutes: 60,
        autoRenew: false,
        maxDurationMinutes: 720,
        warningThresholdMinutes: 5,
      },
      expiresAt: iso(NOON + 60 * MINUTE),
      renewalCount: 0,
    });
    expect((await host().call('GetSession', { sessionId })).body).toEqual(answer.body);
  });

  it('changes nothing when it is repeated', async () => {
    const sessionId = await create(host());
    await patch(sessionId, { warningThresholdMinutes: 10 });
    const before = await host().table.items();
    await patch(sessionId, { warningThresholdMinutes: 10 });
    expect(await host().table.items()).toEqual(before);
  });

  it('refuses what would have ended the session already, says when, and changes nothing', async () => {
    host().setNow(NOON);
    const sessionId = await create(host());
    host().setNow(NOON + 10 * MINUTE);
    const answer = await patch(sessionId, { timeoutMinutes: 10 });
    expect(answer.status).toBe(400);
    expect(errorOf(answer).message).toBe(`The session would have expired at ${iso(NOON + 10 * MINUTE)}`);
    expect(info(await host().call('GetSession', { sessionId })).timeoutConfig.timeoutMinutes).toBe(30);
  });

  it.each([
    [{}, /^The body must have one or more of timeoutMinutes/],
    [{ timeoutMinutes: 4 }, 'timeoutMinutes must be a whole number from 5 to 1440'],
    [{ autoRenew: null }, 'autoRenew must be true or false'],
    [{ agentId: AGENT_ID }, /^The body has an unknown field; it may have timeoutMinutes/],
    [{ timeoutMinutes: 721 }, 'maxDurationMinutes must be at least timeoutMinutes (721)'],
    ['{', 'The body is not valid JSON'],
  ])('refuses %j', async (body, message) => {
    const answer = await patch(await create(host()), body);
    expect(answer.status).toBe(400);
    expect(errorOf(answer).message).toEqual(
      typeof message === 'string' ? message : expect.stringMatching(message),
    );
  });
});

describeOnHosts('deleting a session', (host) => {
  it('answers 200, then 404, and leaves nothing', async () => {
    const sessionId = await create(host());
    expect(await host().call('DeleteSession', { sessionId })).toMatchObject({
      status: 200,
      body: { success: true },
    });
    expect((await host().call('DeleteSession', { sessionId })).status).toBe(404);
    expect((await host().call('GetSession', { sessionId })).status).toBe(404);
  });

  it('also deletes one that has expired, or that is corrupt', async () => {
    await host().table.put(sessionItem({ sessionId: 'old' }, NOON));
    await host().table.put(sessionItem({ sessionId: 'corrupt', createdAt: 'once' }));
    expect((await host().call('DeleteSession', { sessionId: 'old' })).status).toBe(200);
    expect((await host().call('DeleteSession', { sessionId: 'corrupt' })).status).toBe(200);
  });
});

describeOnHosts('every route that changes a session', (host) => {
  const changes = [
    ['RenewSession', undefined],
    ['HeartbeatSession', undefined],
    ['ChangeTimeout', { timeoutMinutes: 60 }],
  ] as const;

  it.each(changes)(
    '%s works in the last millisecond and not from the next on, and brings nothing back',
    async (id, body) => {
      host().setNow(NOON);
      const sessionId = await create(host(), { timeoutConfig: { autoRenew: false } });
      const end = NOON + 30 * MINUTE;
      host().setNow(end);
      const before = await host().table.items();
      const answer = await host().call(id, { sessionId, body });
      expect(answer).toMatchObject({
        status: 410,
        body: { error: { code: 'SESSION_EXPIRED', details: iso(end) } },
      });
      expect(await host().table.items()).toEqual(before);
      host().setNow(end - 1);
      expect((await host().call(id, { sessionId, body })).status).toBe(200);
    },
  );

  it.each([...changes, ['DeleteSession', undefined] as const])(
    '%s answers 404 for ids that nobody has',
    async (id, body) => {
      for (const sessionId of ['nobody', 'x'.repeat(2049)]) {
        expect((await host().call(id, { sessionId, body })).status).toBe(404);
      }
    },
  );

  it.each(changes)('%s answers 500 for a corrupt item and leaves it as it is', async (id, body) => {
    const item = sessionItem({ sessionId: `corrupt-${id}`, renewalCount: 'many' });
    await host().table.put(item);
    expect((await host().call(id, { sessionId: `corrupt-${id}`, body })).status).toBe(500);
    expect(await host().table.items()).toContainEqual(item);
  });

  it('counts every one of many at the same time', async () => {
    host().setNow(NOON);
    const sessionId = await create(host());
    const calls = Array.from({ length: 6 }, (_, index) =>
      host().call(index % 2 ? 'RenewSession' : 'HeartbeatSession', { sessionId }),
    );
    const answers = await Promise.all([
      ...calls,
      host().call('ChangeTimeout', { sessionId, body: { timeoutMinutes: 90 } }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect((await host().call('GetSession', { sessionId })).body).toMatchObject({
      renewalCount: 6,
      expiresAt: iso(NOON + 90 * MINUTE),
    });
  });
});

describeOnHosts('listing sessions', (host) => {
  const list = async (query: Record<string, string> = {}) =>
    (await host().call('ListSessions', { query })).body as {
      sessions: SessionInfo[];
      total: number;
      nextCursor?: string;
    };
  const user = '11111111-1111-4111-8111-111111111111';
  const agent = '22222222-2222-4222-8222-222222222222';

  it('gives the active sessions of a user or an agent, newest first, and all of them over its pages', async () => {
    const ids: string[] = [];
    for (let minute = 0; minute < 7; minute += 1) {
      host().setNow(NOON + minute * MINUTE);
      ids.unshift(await create(host(), { userId: user, agentId: agent }));
    }
    host().setNow(NOON + 10 * MINUTE);
    for (const query of [{ userId: user }, { agentId: agent }, { userId: user, agentId: agent }] as Record<
      string,
      string
    >[]) {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await list({ ...query, limit: '3', ...(cursor && { cursor }) });
        expect(page.total).toBe(page.sessions.length);
        found.push(...page.sessions.map(({ sessionId }) => sessionId));
        cursor = page.nextCursor;
      } while (cursor);
      expect(found).toEqual(ids);
    }
    host().setNow(NOON + 33 * MINUTE);
    expect((await list({ userId: user })).sessions.map(({ sessionId }) => sessionId)).toEqual(
      ids.slice(0, 3),
    );
    expect(await list({ userId: user, agentId: AGENT_ID })).toMatchObject({ sessions: [], total: 0 });
  });

  it('gives everyone, and leaves out what has expired or is corrupt', async () => {
    await host().table.put(sessionItem({ sessionId: 'expired' }, Date.now() - 31 * MINUTE));
    await host().table.put(sessionItem({ sessionId: 'corrupt', renewalCount: -1 }));
    const sessionId = await create(host());
    const { sessions } = await list({ limit: '100' });
    const found = sessions.map((session) => session.sessionId);
    expect(found).toContain(sessionId);
    expect(found).not.toContain('expired');
    expect(found).not.toContain('corrupt');
  });

  const cursorFor = (key: object) => Buffer.from(JSON.stringify(key)).toString('base64url');

  it.each([
    [{ limit: '0' }, 'limit must be a whole number from 1 to 100'],
    [{ limit: '101' }, 'limit must be a whole number from 1 to 100'],
    [{ limit: 'ten' }, 'limit must be a whole number from 1 to 100'],
    [{ limit: '1e1' }, 'limit must be a whole number from 1 to 100'],
    [{ userId: 'me' }, 'userId must be a UUID'],
    [{ agentId: '' }, 'agentId must be a UUID'],
    [{ page: '2' }, 'There is an unknown query parameter; there are userId, agentId, limit, cursor'],
    ...[
      '',
      'garbage',
      'e30',
      cursorFor([]),
      cursorFor({ sessionId: 1 }),
      cursorFor({ sessionId: '\ud800' }),
      cursorFor({ sessionId: 'x', more: 'y' }),
    ].map((cursor) => [{ cursor }, 'cursor must be the nextCursor of an answer to the same query'] as const),
    [
      { userId: user, cursor: cursorFor({ sessionId: 'x', userId: AGENT_ID, createdAt: 'y' }) },
      'cursor must be the nextCursor of an answer to the same query',
    ],
    [
      { userId: user, cursor: cursorFor({ sessionId: 'x', userId: user, createdAt: 'y'.repeat(1025) }) },
      'cursor must be the nextCursor of an answer to the same query',
    ],
  ] as [Record<string, string>, string][])('refuses %j', async (query, message) => {
    const answer = await host().call('ListSessions', { query });
    expect(answer.status).toBe(400);
    expect(errorOf(answer).message).toBe(message);
  });

  it('takes a cursor that someone made up for a place in the list and nothing else', async () => {
    expect(
      (await host().call('ListSessions', { query: { cursor: cursorFor({ sessionId: 'zzz' }) } })).status,
    ).toBe(200);
  });
});

describeOnHosts('the health of the service', (host) => {
  it('is healthy when the table answers', async () => {
    const { status, body } = await host().call('GetHealth');
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'healthy', activeSessions: expect.any(Number) });
  });
});
