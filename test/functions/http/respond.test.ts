import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpError } from '../../../functions/http/errors.ts';
import { ok, respond } from '../../../functions/http/respond.ts';
import { eventFor, findRoute } from '../../support/event.ts';

const event = eventFor(findRoute('GetSession'), { sessionId: 'session-1' });
let logged: string[] = [];

beforeEach(() => {
  logged = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => logged.push(String(line)) > 0);
});
afterEach(() => vi.restoreAllMocks());

describe('a route', () => {
  it('that throws an HttpError answers its status, code, message and details, and logs nothing', async () => {
    const handler = respond(async () => {
      throw new HttpError(409, 'CONFLICT', 'Someone else was faster', 'Read it again');
    });
    expect(await handler(event, { awsRequestId: 'aws-1' })).toMatchObject({
      statusCode: 409,
      body: '{"success":false,"error":{"code":"CONFLICT","message":"Someone else was faster","details":"Read it again"}}',
    });
    expect(logged).toEqual([]);
  });

  it('that throws an HttpError without details answers without them', async () => {
    const handler = respond(async () => {
      throw new HttpError(404, 'SESSION_NOT_FOUND', 'Session not found');
    });
    const { body } = await handler(event, { awsRequestId: 'aws-1' });
    expect(body).not.toContain('details');
  });

  it.each(['a string', undefined, null, 42, { statusCode: 200 }])(
    'that throws %j returns 500 and keeps to itself what it was',
    async (thrown) => {
      const handler = respond(async () => {
        throw thrown;
      });
      expect(await handler(event, { awsRequestId: 'aws-1' })).toMatchObject({ statusCode: 500 });
      expect(logged).toHaveLength(1);
      expect(JSON.parse(logged[0] ?? '')).toMatchObject({
        errorMessage: 'Something other than an Error was thrown',
      });
    },
  );

  it('whose body is no JSON returns 500', async () => {
    const handler = respond(async () => ok({ count: 1n }));
    expect(await handler(event, { awsRequestId: 'aws-1' })).toMatchObject({ statusCode: 500 });
  });

  it("answers under Lambda's request id when the event has none", async () => {
    const handler = respond(async () => ok({}));
    const bare = JSON.parse('{"pathParameters": {"sessionId": "x"}}');
    expect(await handler(bare, { awsRequestId: 'aws-1' })).toMatchObject({
      headers: { 'x-request-id': 'aws-1' },
    });
  });

  it.each([null, {}, { pathParameters: { sessionId: 7 } }])(
    'returns 500, and never fails, for the event %j',
    async (odd) => {
      const handler = respond(async ({ pathParameters }) =>
        ok({ length: pathParameters?.['sessionId']?.trim().length }),
      );
      const answer = await handler(odd as never, { awsRequestId: 'aws-1' });
      expect(answer.statusCode).toBe(odd && !('pathParameters' in odd) ? 200 : 500);
    },
  );

  const SECRET = 'Zq7XwLm2RtY';
  const parsing = (text: string) => {
    try {
      return JSON.parse(text);
    } catch (error) {
      return error;
    }
  };
  const failed = (changes: object) => Object.assign(new Error(`Not good: ${SECRET}`), changes);

  it.each([
    ['a parser that quotes it', parsing(`${SECRET} is no JSON`)],
    ['a message over several lines', failed({ stack: `Error: ${SECRET}\n    at ${SECRET}\n    at handler` })],
    ['a name', failed({ name: `${SECRET}!` })],
    ['a code', failed({ code: SECRET })],
    ["an error of AWS's that quotes values", failed({ $fault: 'client', name: 'ValidationException' })],
    ['a cause', new Error('Failed', { cause: failed({}) })],
    ['a long message', failed({ message: SECRET.repeat(1000) })],
  ])('logs nothing of what was sent or stored, whatever it is told: %s', async (_what, thrown) => {
    const handler = respond(async () => {
      throw thrown;
    });
    const answer = await handler(event, { awsRequestId: 'aws-1' });
    const told = `${logged}${answer.body}`;
    expect(logged).toHaveLength(1);
    for (let start = 0; start + 5 <= SECRET.length; start += 1) {
      expect(told).not.toContain(SECRET.slice(start, start + 5));
    }
  });

  it('logs one line for a failure, whatever line breaks are in it', async () => {
    const handler = respond(async () => {
      throw new Error('first\nsecond');
    });
    await handler(event, { awsRequestId: 'aws-1' });
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(/^[^\n]*\n$/);
  });
});
