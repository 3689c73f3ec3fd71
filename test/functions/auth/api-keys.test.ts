import { describe, expect, it } from 'vitest';
import { includesKey, parseApiKeys } from '../../../functions/auth/api-keys.ts';

describe('the API keys', () => {
  it('are all that the secret has, under whatever names', () => {
    const keys = parseApiKeys('{"2026-01":"first-key","web":"second-key"}');
    expect(includesKey(keys, 'first-key')).toBe(true);
    expect(includesKey(keys, 'second-key')).toBe(true);
  });

  it.each([
    '',
    'first-ke',
    'first-key ',
    'FIRST-KEY',
    '2026-01',
    '{"2026-01":"first-key"}',
    'first-key,second-key',
  ])('do not include %j', (sent) => {
    expect(includesKey(parseApiKeys('{"2026-01":"first-key","web":"second-key"}'), sent)).toBe(false);
  });

  it('are not spoilt by one among them that is none, or by spaces around them', () => {
    const keys = parseApiKeys('{"a":"","b":7,"c":"two words","d":" good-key\\n"}');
    expect(includesKey(keys, 'good-key')).toBe(true);
    for (const sent of ['', '7', 'two words', 'two']) expect(includesKey(keys, sent)).toBe(false);
  });

  it.each([
    ['no JSON', 'first-key', 'is not a JSON object of names and keys'],
    ['a list', '["first-key"]', 'is not a JSON object of names and keys'],
    ['null', 'null', 'is not a JSON object of names and keys'],
    ['no key', '{}', 'has no key'],
    ['an empty key', '{"web":""}', 'has no key of 1 to 256 visible ASCII characters'],
    ['a key that is a number', '{"web":12345678}', 'has no key of 1 to 256 visible ASCII characters'],
    ['a key with a space', '{"web":"first key"}', 'has no key of 1 to 256 visible ASCII characters'],
    ['a key beyond ASCII', '{"web":"schlüssel"}', 'has no key of 1 to 256 visible ASCII characters'],
    ['a long key', `{"web":"${'k'.repeat(257)}"}`, 'has no key of 1 to 256 visible ASCII characters'],
  ])('can not be read from a secret with %s, and the error has nothing of it', (_what, secret, message) => {
    let error: Error | undefined;
    try {
      parseApiKeys(secret);
    } catch (thrown) {
      error = thrown as Error;
    }
    expect(error?.message).toContain(message);
    expect(error?.message).not.toMatch(/first|schl|kkk|1234/);
  });
});
