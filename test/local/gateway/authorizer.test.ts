import { createServer } from 'node:http';
import {
  type CryptoKey,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JWTHeaderParameters,
  SignJWT,
} from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { discoverKeys, functionAuthorizer, jwtAuthorizer } from '../../../local/gateway/authorizer.ts';
import { GatewayError } from '../../../local/gateway/gateway-error.ts';
import { startJwtIssuer } from '../../../local/gateway/jwt-issuer.ts';
import type { LocalFunction } from '../../../local/lambda/lambda.ts';
import { close, listen } from '../../../local/loopback.ts';
import { eventFor, findRoute } from '../../support/event.ts';
import { exchange } from '../../support/raw-http.ts';

const ISSUER = 'https://issuer.example';
const NOON = Date.UTC(2026, 2, 2, 12);
const seconds = (instant: number) => Math.floor(instant / 1000);

let trusted: CryptoKey;
let stranger: CryptoKey;
let authorize: ReturnType<typeof jwtAuthorizer>;
beforeAll(async () => {
  const pair = await generateKeyPair('RS256', { extractable: true });
  trusted = pair.privateKey;
  stranger = (await generateKeyPair('RS256')).privateKey;
  const keys = createLocalJWKSet({
    keys: [{ ...(await exportJWK(pair.publicKey)), alg: 'RS256', kid: 'a' }],
  });
  authorize = jwtAuthorizer({ kind: 'jwt', issuer: ISSUER, audience: ['web', 'app'] }, keys, () => NOON);
});

const good = { iss: ISSUER, aud: 'app', sub: 'user-1', exp: seconds(NOON) + 60 };

function token(claims: object, key = trusted, header: Partial<JWTHeaderParameters> = {}): Promise<string> {
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: 'RS256', kid: 'a', ...header }).sign(key);
}

const bearing = (authorization: string | undefined) =>
  eventFor(findRoute('GetSession'), {}, { headers: { ...(authorization && { authorization }) } });

const pass = async (authorization: string | undefined) => await authorize(bearing(authorization));

describe('the authorizer by a function', () => {
  it('asks again for a key that it knows when the clock was set back', async () => {
    let now = NOON;
    let isAuthorized = true;
    const run = { invoke: async () => ({ isAuthorized }) } as unknown as LocalFunction;
    const cache = { identityHeader: 'x-api-key', cacheSeconds: 60 };
    const ask = functionAuthorizer({ kind: 'function', functionName: 'A', ...cache }, run, () => now);
    const event = eventFor(findRoute('GetSession'), {}, { headers: { 'x-api-key': 'revoked' } });
    await ask(event);
    isAuthorized = false;
    now -= 60 * 60_000;
    await expect(ask(event)).rejects.toThrow('Unknown API key');
  });
});

describe('the authorizer by token', () => {
  it('lets a token of the issuer pass, and hands its claims over as text', async () => {
    const claims = { ...good, aud: ['other', 'web'], admin: true, groups: ['a', 'b'] };
    for (const scheme of ['Bearer ', 'bearer ', '']) {
      expect(await pass(scheme + (await token(claims)))).toEqual({
        jwt: {
          claims: { ...good, aud: '[other web]', exp: String(good.exp), admin: 'true', groups: '[a b]' },
          scopes: null,
        },
      });
    }
  });

  it('takes the client for the audience of a token that names none, as API Gateway does', async () => {
    await expect(pass(await token({ ...good, aud: undefined, client_id: 'web' }))).resolves.toMatchObject({
      jwt: { claims: { client_id: 'web' } },
    });
    await expect(pass(await token({ ...good, aud: 'another', client_id: 'web' }))).rejects.toThrow();
  });

  const unsigned = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify(good))}.`.replaceAll('=', '');

  it.each([
    ['no token', async () => undefined],
    ['an empty token', async () => 'Bearer '],
    ['what is no token', async () => 'Bearer a.b.c'],
    ['a name and a password', async () => `Basic ${btoa('a:b')}`],
    ['a token that is not signed', async () => unsigned],
    ['a token that another key has signed', () => token(good, stranger)],
    ['a token under a key that the issuer does not have', () => token(good, stranger, { kid: 'b' })],
    ['a token of another issuer', () => token({ ...good, iss: `${ISSUER}.evil.example` })],
    ['a token for another audience', () => token({ ...good, aud: 'another' })],
    ['a token for no audience', () => token({ ...good, aud: undefined })],
    ['a token that has just expired', () => token({ ...good, exp: seconds(NOON) })],
    ['a token that never expires', () => token({ ...good, exp: undefined })],
    ['a token of the future', () => token({ ...good, nbf: seconds(NOON) + 10 })],
    ['a token that is issued later', () => token({ ...good, iat: seconds(NOON) + 1 })],
    ['a token for a client of another', () => token({ ...good, aud: undefined, client_id: 'another' })],
    ['a token that was changed', async () => (await token(good)).replace(/\.[^.]+\./, `.${btoa('{}')}.`)],
  ])('returns 401 to %s', async (_what, authorization) => {
    const rejection = await pass(await authorization()).catch((error: unknown) => error);
    expect(rejection).toBeInstanceOf(GatewayError);
    expect((rejection as GatewayError).response).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': expect.stringMatching(/^Bearer/) },
    });
  });
});

const WEB = { kind: 'jwt' as const, issuer: ISSUER, audience: ['web'] };
const PAGE = 'https://app.example';
const ISSUER_OPTIONS = {
  ...{
    port: 0,
    issuer: ISSUER,
    audience: 'web',
    userClaim: 'sub',
    serviceScope: undefined,
    defaultUser: 'user-1',
  },
  cors: { AllowOrigins: [PAGE], AllowMethods: ['GET'], AllowHeaders: [], ExposeHeaders: [], MaxAge: 1 },
  now: Date.now,
};

describe('the tokens of the local issuer', () => {
  it.each([
    [PAGE, PAGE],
    ['https://evil.example', null],
  ])('can be fetched by a page that may call the API, and by no other: %s', async (origin, allowed) => {
    const issuer = await startJwtIssuer(ISSUER_OPTIONS);
    const { status, headers } = await fetch(issuer.tokenUrl, { headers: { origin } });
    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBe(allowed);
    await issuer.close();
  });
});

it('a token of the local issuer is issued and expires by the clock of the host', async () => {
  const issuer = await startJwtIssuer({ ...ISSUER_OPTIONS, now: () => NOON });
  const [, claims = ''] = (await issuer.issue('user-1')).split('.');
  expect(JSON.parse(atob(claims))).toMatchObject({ iat: seconds(NOON), exp: seconds(NOON) + 12 * 60 * 60 });
  await issuer.close();
});

it.each(['//', '/%', '/token?userId=%'])('the local issuer survives a request for %s', async (path) => {
  const issuer = await startJwtIssuer(ISSUER_OPTIONS);
  await exchange(issuer.origin, `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
  expect((await fetch(issuer.tokenUrl)).status).toBe(200);
  await issuer.close();
});

describe('the keys of the local issuer', () => {
  it('are found by OIDC discovery, under the issuer that the stack trusts', async () => {
    const issuer = await startJwtIssuer(ISSUER_OPTIONS);
    try {
      const discovery = await fetch(`${issuer.origin}/.well-known/openid-configuration`);
      expect(await discovery.json()).toEqual({
        issuer: ISSUER,
        jwks_uri: expect.stringContaining(issuer.origin),
      });
      const passes = jwtAuthorizer(WEB, discoverKeys(issuer.origin), Date.now);
      const event = bearing(`Bearer ${await issuer.issue('user-1')}`);
      expect(await passes(event)).toMatchObject({ jwt: { claims: { sub: 'user-1' } } });
    } finally {
      await issuer.close();
    }
  });

  it('are never fetched from another host', async () => {
    const server = createServer((_request, response) =>
      response.end('{"jwks_uri":"https://issuer.example/keys"}'),
    );
    const origin = `http://127.0.0.1:${await listen(server, 0)}`;
    const passes = jwtAuthorizer(WEB, discoverKeys(origin), Date.now);
    await expect(passes(bearing(`Bearer ${await token(good)}`))).rejects.toThrow('elsewhere');
    await close(server);
  });

  it.each(['evil.example', '169.254.169.254'])('are not told to the Host header %s', async (host) => {
    const issuer = await startJwtIssuer(ISSUER_OPTIONS);
    const head = `GET /token?userId=x HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;
    const answer = await exchange(issuer.origin, head);
    expect(answer).toMatch(/^HTTP\/1.1 403 /);
    await issuer.close();
  });
});
