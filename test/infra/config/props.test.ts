import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { settings } from '../../../infra/config/settings.ts';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const source = read('infra/config/props.ts');

/** The properties of an interface with the `@default` of their comments. */
function propertiesOf(name: string, prefix = ''): [name: string, byDefault: string | undefined][] {
  const [, body = ''] = source.match(new RegExp(`interface ${name} {\\n([\\s\\S]*?)\\n}`)) ?? [];
  const found = body.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s+readonly (\w+)\??:/g);
  return [...found].map(([, comment = '', property]) => [
    prefix + property,
    comment.match(/@default ([^\n*]+)/)?.[1]?.trim(),
  ]);
}

const properties = propertiesOf('SessionsApiProps').flatMap(([name, byDefault]) => {
  if (name === 'timeouts') return propertiesOf('Timeouts', 'timeouts.');
  if (name === 'throttle') return propertiesOf('Throttle', 'throttle.');
  return [[name, byDefault] as const];
});

const documented = new Map(
  [...read('docs/construct.md').matchAll(/^\| `([\w.]+)` \| .* \| (.*) \|$/gm)].map(([, name, byDefault]) => [
    name,
    byDefault?.replaceAll('`', ''),
  ]),
);

describe("the construct's properties", () => {
  it('are documented, each with its default', () => {
    expect(properties.length).toBeGreaterThan(20);
    const literal = properties.filter(
      ([, byDefault]) => byDefault !== undefined && !byDefault.startsWith('-'),
    );
    expect(properties.map(([name]) => documented.has(name) || name)).toEqual(properties.map(() => true));
    expect(literal.map(([name]) => [name, documented.get(name)])).toEqual(
      literal.map(([name, byDefault]) => [name, byDefault?.replaceAll("'", '')]),
    );
  });

  it("have the app's defaults", () => {
    const numbers = properties.filter(([name]) => /^(timeouts|throttle)\./.test(name));
    const ofApp = numbers.map(([name]) => settings[name.split('.')[1] as keyof typeof settings].default);
    expect(numbers.map(([, byDefault]) => byDefault)).toEqual(ofApp);
  });
});

it('the first lines of docs/construct.md are the example', () => {
  const [, code] = read('docs/construct.md').match(/```ts\n([\s\S]*?)```/) ?? [];
  expect(code).toBe(read('examples/construct/app.ts'));
});
