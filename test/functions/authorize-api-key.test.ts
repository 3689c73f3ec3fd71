import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KEYS_LIVE_MS, RELOAD_INTERVAL_MS, RETRY_INTERVAL_MS } from '../../functions/auth/key-ring.ts';
import { AUTHORIZER_CACHE_SECONDS } from '../../infra/api/auth.ts';
import { SESSIONS_PATH } from '../../infra/routes.ts';
import { toSecret } from '../../local/access.ts';
import { startTestHost } from '../support/hosts.ts';
import { assertGatewayError } from '../support/openapi.ts';
import { request } from '../support/request.ts';

let started: Awaited<ReturnType<typeof startTestHost>>;
let now = Date.now();
beforeAll(async () => {
  started = await startTestHost({ access: 'api-key' });
});
afterAll(() => started.close());

/** Moves the clock of the authorizer and of the gateway's cache. */
function wait(milliseconds: number): void {
  now += milliseconds;
  started.clock.standAt(now);
}
beforeEach(() => wait(KEYS_LIVE_MS));

async function get(headers: Record<string, string>) {
  const answer = await request(`${started.host.url}${SESSIONS_PATH}/fresh`, { headers });
  if (answer.status !== 200) assertGatewayError(answer);
  return answer;
}

const withKeys = (...keys: string[]) => started.host.access.secrets?.setSecret(toSecret(keys));

describe('a request to an API with keys', () => {
  it.each([
    ['without a key', {}],
    ['with an empty key', { 'x-api-key': '' }],
    ['with a key in the place of a token', { authorization: 'Bearer k1' }],
  ])('gets 401 %s', async (_what, headers) => {
    withKeys('k1');
    const answer = await get(headers as Record<string, string>);
    expect(answer).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
  });

  it('gets 403 with an unknown key', async () => {
    withKeys('k1');
    for (const key of ['wrong', 'k1,k1', 'K1', '__proto__', 'key1', 'x'.repeat(8000)]) {
      const answer = await get({ 'x-api-key': key });
      expect(answer).toMatchObject({ status: 403, body: { message: 'Forbidden' } });
    }
  });

  it('is served with any of the keys, also while they are rotated', async () => {
    withKeys('old-1', 'other-1');
    expect((await get({ 'x-api-key': 'old-1' })).status).toBe(200);
    expect((await get({ 'X-API-KEY': 'other-1' })).status).toBe(200);
    withKeys('old-1', 'new-1');
    wait(RELOAD_INTERVAL_MS);
    expect((await get({ 'x-api-key': 'new-1' })).status).toBe(200);
    expect((await get({ 'x-api-key': 'old-1' })).status).toBe(200);
  });

  it('asks the authorizer once for a key, and no other key profits from that', async () => {
    withKeys('once');
    expect((await get({ 'x-api-key': 'once' })).status).toBe(200);
    withKeys('another');
    wait(RELOAD_INTERVAL_MS);
    // An unknown key: the function reads the keys again.
    expect((await get({ 'x-api-key': 'oncE' })).status).toBe(403);
    expect((await get({ 'x-api-key': 'once' })).status).toBe(200);
    wait(AUTHORIZER_CACHE_SECONDS * 1000);
    expect((await get({ 'x-api-key': 'once' })).status).toBe(403);
  });

  it('gets 500 when the keys can not be read, and is served as soon as they can: nothing is cached', async () => {
    started.host.access.secrets?.setSecret('not the keys');
    const failed = { status: 500, body: { message: 'Internal Server Error' } };
    expect(await get({ 'x-api-key': 'k2' })).toMatchObject(failed);
    withKeys('k2');
    wait(RETRY_INTERVAL_MS);
    expect((await get({ 'x-api-key': 'k2' })).status).toBe(200);
  });

  it('is not asked for a key when a browser asks first', async () => {
    const response = await fetch(`${started.host.url}${SESSIONS_PATH}/fresh`, {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'GET' },
    });
    expect(response.status).toBe(204);
  });

  it('leaves nothing of a key or of the secret in the log, which says what is wrong with the secret', async () => {
    const log = started.log();
    expect(log).toContain('The secret with the API keys is not a JSON object of names and keys');
    expect(log).not.toMatch(/k1|k2|wrong|old-1|not the keys/);
  });
});
