import { expect, it } from 'vitest';
import { contract } from '../support/contract.ts';
import { AGENT_ID, MINUTE, USER_ID } from '../support/session-item.ts';
import { expectInvalid, IDS, info, iso, NOON, parseError } from '../support/sessions.ts';

const NO_OBJECT = 'metadata must be an object of at most 10240 bytes of JSON';
const INEXACT = 'metadata has a number with more digits than can be kept; send it as a string';
const NO_SETTINGS = /^timeoutConfig must be an object with timeoutMinutes/;
const NO_TIMEOUT = 'timeoutConfig.timeoutMinutes must be a whole number from 5 to 1440';

contract('creating a session', (host) => {
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    host().call('CreateSession', { body, headers });

  it('returns 201 with the session, its defaults and an id and a channel made here', async () => {
    host().setNow(NOON);
    const response = await post(IDS);
    expect(response.status).toBe(201);
    expect(response.body).toEqual({
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

  it('stores what it returns: a read right after finds the same', async () => {
    host().setNow(NOON);
    const timeoutConfig = { autoRenew: false, timeoutMinutes: 5 };
    const response = await post({ ...IDS, channelId: USER_ID, timeoutConfig });
    const { sessionId } = info(response);
    expect((await host().call('GetSession', { sessionId })).body).toEqual(response.body);
  });

  it('takes null for an optional field as if it were left out', async () => {
    host().setNow(NOON);
    const headers = { 'idempotency-key': 'nulls' };
    const settings = { timeoutMinutes: null, autoRenew: null, maxDurationMinutes: 600 };
    const body = { ...IDS, channelId: null, metadata: null, timeoutConfig: settings };
    const response = await post(body, headers);
    expect(response).toMatchObject({
      status: 201,
      body: { metadata: {}, timeoutConfig: { timeoutMinutes: 30, autoRenew: true, maxDurationMinutes: 600 } },
    });
    const same = await post({ ...IDS, timeoutConfig: { maxDurationMinutes: 600 } }, headers);
    expect(same.body).toEqual(response.body);
    expect((await post({ ...IDS, timeoutConfig: null })).status).toBe(201);
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

  const withMetadata = (json: string) => `{"agentId":"${AGENT_ID}","userId":"${USER_ID}","metadata":${json}}`;
  const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

  it('keeps metadata that is as deep as DynamoDB allows, and rejects deeper', async () => {
    const body = (levels: number) => withMetadata(nested(levels));
    expect((await post(body(31))).status).toBe(201);
    expect(parseError(await post(body(32))).message).toContain('31 levels');
    expect((await post(body(8000))).status).toBe(400);
  });

  it('takes numbers that a double holds, in however many digits they are printed', async () => {
    // As C's %.17g, PHP and Swift print 3.14, 0.1 and 123.456.
    const metadata = '{"a":3.1400000000000001,"b":0.10000000000000001,"c":[123.45600000000000]}';
    const response = await post(withMetadata(metadata));
    expect(response).toMatchObject({ status: 201, body: { metadata: { a: 3.14, b: 0.1, c: [123.456] } } });
  });

  it.each(['application/json;', 'application/json; profile=x; charset="UTF-8"', 'Application/JSON ;v=1'])(
    'takes a body of the content type %s',
    async (type) => {
      expect((await post(IDS, { 'content-type': type })).status).toBe(201);
    },
  );

  it('counts no bracket within a string as a level', async () => {
    const metadata = { a: `\\"${'['.repeat(200)}`, b: `"${'{'.repeat(200)}` };
    expect(await post({ ...IDS, metadata })).toMatchObject({ status: 201, body: { metadata } });
  });

  it('derives a UUID of version 4 from every Idempotency-Key', async () => {
    for (let index = 0; index < 20; index += 1) {
      const { sessionId } = info(await post(IDS, { 'idempotency-key': `uuid-${index}` }));
      expect(sessionId).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    }
  });

  it.each([
    ['', 'The body is missing: send a JSON object'],
    ['{', 'The body is not valid JSON'],
    ['[]', 'The body must be a JSON object'],
    ['null', 'The body must be a JSON object'],
    ['12345678901234567', 'The body must be a JSON object'],
    [{}, 'agentId must be a UUID'],
    [{ agentId: AGENT_ID }, 'userId must be a UUID'],
    [{ ...IDS, agentId: 'agent' }, 'agentId must be a UUID'],
    [{ ...IDS, userId: 7 }, 'userId must be a UUID'],
    [{ ...IDS, channelId: `urn:uuid:${USER_ID}` }, 'channelId must be a UUID'],
    [
      { ...IDS, s3cret: 1 },
      'The body has an unknown field; allowed are sessionId, ifExists, agentId, userId, channelId, metadata, timeoutConfig',
    ],
    [{ ...IDS, metadata: [] }, NO_OBJECT],
    [withMetadata('12345678901234567'), NO_OBJECT],
    [{ ...IDS, metadata: { text: 'x'.repeat(10_230) } }, NO_OBJECT],
    [{ ...IDS, metadata: { text: 'é'.repeat(5115) } }, NO_OBJECT],
    [{ ...IDS, metadata: { a: { '': 1 } } }, 'metadata must not have empty keys'],
    [withMetadata('{"__proto__":{"a":1}}'), 'metadata must not have a key __proto__'],
    [withMetadata('{"a":"\\ud800"}'), 'metadata has an unpaired surrogate'],
    [withMetadata('{"a":1e400}'), INEXACT],
    [withMetadata('{"a":9007199254740993}'), INEXACT],
    [withMetadata('{"a":1e126}'), /^metadata has a number outside the range of 1e-130 to 1e126; send it as/],
    [`{"padding":"${'x'.repeat(70_000)}"}`, 'The body must not be longer than 65536 bytes'],
    [withMetadata('{"a":12345678901234567890}'), INEXACT],
    [`${JSON.stringify(IDS).slice(0, -1)},"timeoutConfig":1e400}`, NO_SETTINGS],
  ])('rejects %.60j in words that say what to change and repeat nothing', async (body, message) => {
    const response = await post(body);
    expectInvalid(response, message);
    expect(response.text).not.toContain('s3cret');
  });

  it.each([
    [[], NO_SETTINGS],
    [30, NO_SETTINGS],
    [{ minutes: 30 }, /^timeoutConfig has an unknown field; allowed are timeoutMinutes/],
    [{ timeoutMinutes: 4 }, NO_TIMEOUT],
    [{ timeoutMinutes: 1441 }, NO_TIMEOUT],
    [{ timeoutMinutes: 30.5 }, NO_TIMEOUT],
    [{ timeoutMinutes: '30' }, NO_TIMEOUT],
    [{ autoRenew: 'false' }, 'timeoutConfig.autoRenew must be true or false'],
    [{ maxDurationMinutes: 2881 }, 'timeoutConfig.maxDurationMinutes must be a whole number from 5 to 2880'],
    [{ maxDurationMinutes: 29 }, 'timeoutConfig.maxDurationMinutes must be at least timeoutMinutes (30)'],
    [{ warningThresholdMinutes: 0 }, /^timeoutConfig.warningThresholdMinutes must be .* from 1 to 2880$/],
  ])('rejects the timeoutConfig %j', async (timeoutConfig, message) => {
    expectInvalid(await post({ ...IDS, timeoutConfig }), message);
  });

  it('rejects a body that is nested deeper than any body may be, and says so', async () => {
    const response = await post(`${'['.repeat(30_000)}${']'.repeat(30_000)}`);
    expectInvalid(response, 'The body must not be nested deeper than 100 levels');
  });

  it.each(['text/plain', 'application/jsonp', 'application/json; charset=iso-8859-1', ''])(
    'rejects a body that is said to be %j',
    async (contentType) => {
      const response = await post(IDS, { 'content-type': contentType });
      expectInvalid(response, 'The content-type must be application/json, in UTF-8');
    },
  );
});

contract('creating a session with an Idempotency-Key', (host) => {
  const post = (key: string, body: object = {}) =>
    host().call('CreateSession', { body: { ...IDS, ...body }, headers: { 'idempotency-key': key } });

  it('gives each item a first version of its own, so that no change of a deleted one applies to its successor', async () => {
    const versions: unknown[] = [];
    for (let round = 0; round < 3; round += 1) {
      const { sessionId } = info(await post('again', IDS));
      const items = await host().table.items();
      versions.push(items.find((item) => item['sessionId'] === sessionId)?.['version']);
      await host().call('DeleteSession', { sessionId });
    }
    expect(new Set(versions).size).toBe(3);
  });

  it('makes one session, whatever the number of tries at the same time', async () => {
    const tries = Array.from({ length: 8 }, () => post('at-once', { metadata: { a: 1, b: 2 } }));
    const responses = await Promise.all(tries);
    expect(new Set(responses.map((response) => info(response).sessionId)).size).toBe(1);
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([201]));
  });

  it('returns the session as it is by now, and takes the same body in another order for the same', async () => {
    const { sessionId } = info(await post('later', { metadata: { a: 1, b: 2 } }));
    await host().call('RenewSession', { sessionId });
    const body = { metadata: { b: 2, a: 1 }, userId: USER_ID, agentId: AGENT_ID };
    const response = await host().call('CreateSession', { body, headers: { 'idempotency-key': 'later' } });
    expect(info(response)).toMatchObject({ sessionId, renewalCount: 1 });
  });

  it('rejects another body with 422 and leaves the session as it is', async () => {
    const { sessionId } = info(await post('reused', { metadata: { a: 1 } }));
    const response = await post('reused', { metadata: { a: 2 } });
    expect(response.status).toBe(422);
    expect(parseError(response).code).toBe('IDEMPOTENCY_KEY_REUSED');
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

  it.each(['', 'two words', 'x'.repeat(256)])('rejects the key %.20j', async (key) => {
    expectInvalid(await post(key), 'Idempotency-Key must be 1 to 255 visible ASCII characters');
  });
});
