import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseCaller } from '../../../functions/auth/caller.ts';
import { OWNER_CLAIM, SERVICE_SCOPE } from '../../../functions/aws/environment.ts';

const SCOPE = 'sessions.manage';
const CLAIMS = ['scope', 'scp', 'permissions', 'roles'];

const event = (claims?: object, more: object = {}) =>
  ({
    requestContext: { ...(claims && { authorizer: { jwt: { claims } } }) },
    ...more,
  }) as unknown as APIGatewayProxyEventV2;
const kindOf = (claims?: object) => parseCaller(event(claims)).kind;

beforeEach(() => {
  vi.stubEnv(OWNER_CLAIM.name, 'sub');
  vi.stubEnv(SERVICE_SCOPE.name, SCOPE);
});
afterEach(() => vi.unstubAllEnvs());

describe('the caller', () => {
  it.each(CLAIMS)('is a service with the scope in %s, alone, among others or in a list', (claim) => {
    for (const text of [SCOPE, `read ${SCOPE}`, `${SCOPE} read`, `[${SCOPE}]`, `[read ${SCOPE} write]`])
      expect([text, kindOf({ sub: 'user', [claim]: text })]).toEqual([text, 'service']);
    expect(kindOf({ [claim]: SCOPE })).toBe('service');
  });

  it.each([
    'sessions.manager',
    'xsessions.manage',
    'Sessions.Manage',
    'sessions-manage',
    'sessionsXmanage',
    `[${SCOPE}`,
    `${SCOPE}]`,
    `[[${SCOPE}]]`,
    `(${SCOPE})`,
    `"${SCOPE}"`,
    `${SCOPE},read`,
    `read,${SCOPE}`,
    `read\t${SCOPE}`,
    `read\n${SCOPE}`,
    `read+${SCOPE}`,
    `${SCOPE}\u0000`,
    `\u00a0${SCOPE}`,
    '',
    ' ',
    '[]',
  ])('is an owner with the near miss %j in every claim', (text) => {
    const claims = Object.fromEntries(CLAIMS.map((claim) => [claim, text]));
    expect(parseCaller(event({ sub: 'user', ...claims }))).toEqual({ kind: 'owner', userId: 'user' });
    expect(kindOf(claims)).toBe('nobody');
  });

  it('is no service by what it sends itself, or by another claim', () => {
    const sent = { scope: SCOPE, authorization: `Bearer ${SCOPE}`, 'x-scope': SCOPE };
    const more = {
      headers: sent,
      queryStringParameters: sent,
      pathParameters: sent,
      body: JSON.stringify(sent),
    };
    expect(parseCaller(event({ sub: 'user' }, more)).kind).toBe('owner');
    for (const claim of ['Scope', 'scopes', 'role', 'groups', 'sub', 'aud', 'permission', '__proto__'])
      expect(kindOf({ sub: 'user', [claim]: SCOPE })).not.toBe('service');
    for (const value of [[SCOPE], { [SCOPE]: true }, true, 1, null])
      expect(kindOf({ sub: 'user', scope: value })).toBe('owner');
    expect(kindOf()).toBe('nobody');
  });

  it('is a service only where the scope is one of the words, for any text', () => {
    const word = fc.string({ unit: fc.constantFrom(...'sesion.mag -_:/['), maxLength: 20 });
    fc.assert(
      fc.property(
        fc.array(fc.oneof(word, fc.constant(SCOPE)), { maxLength: 4 }),
        fc.constantFrom(...CLAIMS),
        (words, claim) => {
          const text = words.join(' ');
          const isService = text.split(' ').includes(SCOPE);
          expect(kindOf({ sub: 'user', [claim]: text }) === 'service').toBe(isService);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('without a service scope is an owner whatever its scopes', () => {
    vi.stubEnv(SERVICE_SCOPE.name, undefined);
    expect(kindOf({ sub: 'user', scope: SCOPE })).toBe('owner');
    expect(kindOf({ sub: 'user', scope: 'undefined' })).toBe('owner');
  });

  it('is a service where nobody owns sessions, and anybody on a public API', () => {
    vi.stubEnv(OWNER_CLAIM.name, undefined);
    expect(kindOf({ sub: 'user' })).toBe('service');
    expect(kindOf()).toBe('anyone');
  });
});
