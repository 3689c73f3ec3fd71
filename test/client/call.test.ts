import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSessionsClient, SessionsApiError } from '../../client/index.ts';
import { IDS } from '../support/sessions.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

type Answer =
  | number
  | 'lost'
  | 'silent'
  | { status: number; body?: unknown; headers?: Record<string, string> };

const BODIES: Record<number, unknown> = {
  409: { success: false, error: { code: 'CONFLICT', message: 'Conflict' } },
  404: { success: false, error: { code: 'SESSION_NOT_FOUND', message: 'Session not found' } },
  429: { message: 'Too Many Requests' },
  503: { message: 'Service Unavailable' },
};

/** A fetch that answers so, one after the other; the last one again. */
function answering(...answers: Answer[]) {
  const requests: {
    method: string;
    url: string;
    headers: Record<string, string>;
    body: unknown;
    at: number;
  }[] = [];
  const fetch = vi.fn(async (url: string, { method, headers, body, signal }: RequestInit) => {
    requests.push({
      method: method ?? '',
      url,
      headers: headers as Record<string, string>,
      body: body === undefined ? undefined : JSON.parse(String(body)),
      at: Date.now(),
    });
    const answer = answers[Math.min(requests.length, answers.length) - 1] ?? 200;
    if (answer === 'lost') throw new TypeError('fetch failed');
    if (answer === 'silent') {
      return new Promise<Response>((_, reject) =>
        signal?.addEventListener('abort', () => reject(signal.reason)),
      );
    }
    const {
      status,
      body: text = BODIES[status] ?? {},
      headers: sent = {},
    } = typeof answer === 'number' ? { status: answer } : answer;
    return new Response(typeof text === 'string' ? text : JSON.stringify(text), { status, headers: sent });
  });
  const client = createSessionsClient({
    baseUrl: 'https://api.example/',
    fetch: fetch as typeof globalThis.fetch,
  });
  return { client, requests };
}

/** The result of a call, its time passing at once; its error when it fails. */
async function settle<T>(promise: Promise<T>): Promise<T | SessionsApiError> {
  const result = promise.catch((error) => error);
  await vi.runAllTimersAsync();
  return result;
}

const create = { agentId: IDS.agentId, userId: IDS.userId };

describe('a call', () => {
  it('encodes the id, and sends headers that are asked for at each attempt', async () => {
    const { requests } = answering();
    let token = 0;
    const fetch = vi.fn(
      async (_url: string, _init: RequestInit) => new Response('{}', { status: token < 2 ? 503 : 200 }),
    );
    const client = createSessionsClient({
      baseUrl: '',
      fetch: fetch as unknown as typeof globalThis.fetch,
      headers: async () => ({ authorization: `Bearer ${++token}` }),
    });
    await settle(client.get('a/b ?c'));
    expect(fetch.mock.calls.map(([url, { headers }]) => [url, headers])).toEqual([
      ['/api/messaging/sessions/a%2Fb%20%3Fc', { authorization: 'Bearer 1' }],
      ['/api/messaging/sessions/a%2Fb%20%3Fc', { authorization: 'Bearer 2' }],
    ]);
    expect(requests).toEqual([]);
  });

  it('is tried four times with growing waits, and then fails with what the last attempt said', async () => {
    const { client, requests } = answering(503);
    const started = Date.now();
    const error = await settle(client.get('id'));
    expect(requests.map(({ at }) => at - started)).toEqual([0, 1000, 3000, 7000]);
    expect(error).toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE', message: 'Service Unavailable' });
  });

  it('waits at least half as long with jitter, and as long as Retry-After says', async () => {
    vi.mocked(Math.random).mockReturnValue(0.999);
    const headers = { 'retry-after': '5' };
    const { client, requests } = answering(500, { status: 429, headers }, 200);
    const started = Date.now();
    await settle(client.get('id'));
    expect(requests.map(({ at }) => Math.round((at - started) / 100) / 10)).toEqual([0, 0.5, 5.5]);
  });

  it('does not wait for a server that asks for more than half a minute', async () => {
    const { client, requests } = answering({ status: 503, headers: { 'retry-after': '31' } }, 200);
    expect(await settle(client.get('id'))).toMatchObject({ status: 503 });
    expect(requests).toHaveLength(1);
  });

  it('is repeated at once after a lost race, and not after another 409', async () => {
    const race = answering(409, 200);
    const started = Date.now();
    await settle(race.client.changeMetadata('id', { a: 1 }));
    expect(race.requests.map(({ at }) => at - started)).toEqual([0, 0]);
    const taken = answering({ status: 409, body: { error: { code: 'SESSION_EXISTS', message: 'Taken' } } });
    expect(await settle(taken.client.create(create))).toMatchObject({ status: 409, code: 'SESSION_EXISTS' });
    expect(taken.requests).toHaveLength(1);
  });

  it.each([400, 401, 403, 404, 410, 413, 422])('is not repeated after %i', async (status) => {
    const { client, requests } = answering(status);
    expect(await settle(client.get('id'))).toMatchObject({ status });
    expect(requests).toHaveLength(1);
  });

  it.each(['lost', 500, 503] as const)(
    'that patches is not repeated after %s, and is after 429',
    async (answer) => {
      for (const patch of [
        (client: ReturnType<typeof answering>['client']) => client.changeMetadata('id', {}),
        (client: ReturnType<typeof answering>['client']) => client.changeTimeout('id', {}),
      ]) {
        const open = answering(answer, 200);
        expect(await settle(patch(open.client))).toBeInstanceOf(SessionsApiError);
        expect(open.requests).toHaveLength(1);
        const throttled = answering(429, 200);
        await settle(patch(throttled.client));
        expect(throttled.requests).toHaveLength(2);
      }
    },
  );

  it('that creates has one Idempotency-Key for all of its attempts, and another for each create', async () => {
    const { client, requests } = answering('lost', 500, 200);
    await settle(client.create(create));
    await settle(client.create(create, { idempotencyKey: 'mine' }));
    const keys = requests.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(keys).toEqual([keys[0], keys[0], keys[0], 'mine']);
    expect(requests[0]).toMatchObject({ method: 'POST', body: create });
  });

  it('that deletes has succeeded when its second attempt finds nothing', async () => {
    expect(await settle(answering('lost', 404).client.delete('id'))).toBeUndefined();
    expect(await settle(answering(503, 404).client.delete('id'))).toBeUndefined();
    // Throttled: nothing was deleted.
    expect(await settle(answering(429, 404).client.delete('id'))).toMatchObject({
      code: 'SESSION_NOT_FOUND',
    });
    expect(await settle(answering(404).client.delete('id'))).toMatchObject({ code: 'SESSION_NOT_FOUND' });
  });

  it('fails with the status, the code, the details and the request id of the response', async () => {
    const body = { success: false, error: { code: 'SESSION_EXPIRED', message: 'Expired', details: '2026' } };
    const { client } = answering({ status: 410, body, headers: { 'x-request-id': 'r1' } });
    const error = await settle(client.get('id'));
    expect(error).toBeInstanceOf(SessionsApiError);
    expect({ ...error }).toEqual({
      name: 'SessionsApiError',
      status: 410,
      code: 'SESSION_EXPIRED',
      details: '2026',
      requestId: 'r1',
    });
  });

  it.each([
    ['<html>Bad gateway</html>', 502, 'HTTP_502'],
    ['null', 418, 'HTTP_418'],
    ['"text"', 401, 'HTTP_401'],
  ])('understands the body %s', async (body, status, code) => {
    expect(await settle(answering({ status, body }).client.get('id'))).toMatchObject({ status, code });
  });

  it('takes a success that is no JSON, as of a hotel network, for no response', async () => {
    const { client, requests } = answering({ status: 200, body: '<html>' });
    expect(await settle(client.get('id'))).toMatchObject({ status: 0, code: 'NETWORK_ERROR' });
    expect(requests).toHaveLength(4);
  });

  it('ends each attempt after its timeout', async () => {
    const { client, requests } = answering('silent');
    const started = Date.now();
    const error = await settle(client.get('id', { timeout: 50, retries: 1 }));
    expect(error).toMatchObject({ status: 0, code: 'TIMEOUT', message: 'No response within 50 ms' });
    expect(requests.map(({ at }) => at - started)).toEqual([0, 1050]);
  });

  it.each(['silent', 503] as const)(
    'ends with the reason of its signal, at any moment: %s',
    async (answer) => {
      const { client } = answering(answer);
      const abort = new AbortController();
      const result = client.get('id', { signal: abort.signal }).catch((error) => error);
      await vi.advanceTimersByTimeAsync(500);
      abort.abort('enough');
      expect(await result).toBe('enough');
      expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
      expect(await client.get('id', { signal: abort.signal }).catch((error) => error)).toBe('enough');
    },
  );
});

describe('the list', () => {
  it('reads a page when it is asked for', async () => {
    const page = (nextCursor?: string) => ({ status: 200, body: { sessions: [], total: 0, nextCursor } });
    const { client, requests } = answering(page('a&b'), page());
    const pages = client.list({ userId: 'u', status: 'all', limit: 2 });
    await pages.next();
    expect(requests.map(({ url }) => new URL(url).search)).toEqual(['?userId=u&status=all&limit=2']);
    await pages.next();
    expect(await pages.next()).toMatchObject({ done: true });
    expect(requests.at(-1)?.url).toMatch(/&cursor=a%26b$/);
    expect(requests).toHaveLength(2);
  });
});

it('all of a user are deleted while sessions remain', async () => {
  const batch = (deleted: number, remaining: boolean) => ({
    status: 200,
    body: { success: true, deleted, remaining },
  });
  const { client, requests } = answering(batch(100, true), 503, batch(7, false));
  expect(await settle(client.deleteAll({ userId: 'u' }))).toBe(107);
  expect(requests.map(({ method, url }) => `${method} ${new URL(url).search}`)).toEqual(
    Array(3).fill('DELETE ?userId=u'),
  );
});
