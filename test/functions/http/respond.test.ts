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

/** The response of a route to an event. */
const handle = (route: Parameters<typeof respond>[0], to = event) =>
  respond(route)(to, { awsRequestId: 'aws-1' });

const failing = (thrown: unknown) =>
  handle(async () => {
    throw thrown;
  });

describe('a route', () => {
  it('that throws an HttpError returns its status, code, message and details, and logs nothing', async () => {
    const error = new HttpError(409, 'CONFLICT', 'Someone else was faster', 'Read it again');
    expect(await failing(error)).toMatchObject({
      statusCode: 409,
      body: '{"success":false,"error":{"code":"CONFLICT","message":"Someone else was faster","details":"Read it again"}}',
    });
    expect(logged).toEqual([]);
  });

  it('that throws an HttpError without details returns none', async () => {
    const { body } = await failing(new HttpError(404, 'SESSION_NOT_FOUND', 'Session not found'));
    expect(body).not.toContain('details');
  });

  it.each(['a string', undefined, null, 42, { statusCode: 200 }])(
    'that throws %j returns 500 and keeps to itself what it was',
    async (thrown) => {
      expect(await failing(thrown)).toMatchObject({ statusCode: 500 });
      expect(logged).toHaveLength(1);
      expect(JSON.parse(logged[0] ?? '')).toMatchObject({
        errorMessage: 'Something other than an Error was thrown',
      });
    },
  );

  it('whose body is no JSON returns 500', async () => {
    expect(await handle(async () => ok({ count: 1n }))).toMatchObject({ statusCode: 500 });
  });

  it("responds under Lambda's request id when the event has none", async () => {
    const bare = JSON.parse('{"pathParameters": {"sessionId": "x"}}');
    const { headers } = await handle(async () => ok({}), bare);
    expect(headers).toMatchObject({ 'x-request-id': 'aws-1' });
  });

  it.each([null, {}, { pathParameters: { sessionId: 7 } }])(
    'returns 500, and never fails, for the event %j',
    async (odd) => {
      const { statusCode } = await handle(
        async ({ pathParameters }) => ok({ length: pathParameters?.['sessionId']?.trim().length }),
        odd as never,
      );
      expect(statusCode).toBe(odd && !('pathParameters' in odd) ? 200 : 500);
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
    const told = `${(await failing(thrown)).body}${logged}`;
    expect(logged).toHaveLength(1);
    for (let start = 0; start + 5 <= SECRET.length; start += 1) {
      expect(told).not.toContain(SECRET.slice(start, start + 5));
    }
  });

  it('logs one line for a failure, whatever line breaks are in it', async () => {
    await failing(new Error('first\nsecond'));
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(/^[^\n]*\n$/);
  });
});
