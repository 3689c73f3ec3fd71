import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parse, type Token } from 'acorn';
import { check } from 'recheck';
import { describe, expect, it } from 'vitest';

const FUNCTIONS = fileURLToPath(new URL('../../functions/', import.meta.url));

interface RegularExpression {
  file: string;
  pattern: string;
  flags: string;
}

/** Every regular expression literal of a file, as a JavaScript parser sees it. */
function regularExpressions(file: string): RegularExpression[] {
  const source = stripTypeScriptTypes(readFileSync(`${FUNCTIONS}${file}`, 'utf8'));
  const tokens: Token[] = [];
  parse(source, { ecmaVersion: 'latest', sourceType: 'module', onToken: tokens });
  return tokens.flatMap((token) => {
    // What acorn's declarations leave out.
    const { value } = token as Token & { value?: unknown };
    const { pattern, flags } = (value ?? {}) as Partial<RegularExpression>;
    return token.type.label === 'regexp' && pattern !== undefined
      ? [{ file, pattern, flags: flags ?? '' }]
      : [];
  });
}

const files = readdirSync(FUNCTIONS, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);

describe('a regular expression of a function', () => {
  const found = files.flatMap(regularExpressions);

  it('is found by this test', () => {
    expect(found.map(({ file }) => file)).toContain('session/exact-number.ts');
  });

  it.each(found)('takes time linear in its input: /$pattern/$flags of $file', async ({ pattern, flags }) => {
    expect((await check(pattern, flags)).status).toBe('safe');
  });

  it('is a literal, which this test can see', () => {
    const built = files.filter((file) => /\bRegExp\(/.test(readFileSync(`${FUNCTIONS}${file}`, 'utf8')));
    expect(built).toEqual([]);
  });
});
