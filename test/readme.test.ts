import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { settings } from '../infra/config.ts';
import { routes } from '../infra/routes.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The rows of the table whose header starts with these columns, cells without backticks and links. */
function rows(header: string): string[][] {
  const lines = readme.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${header} |`));
  expect(start, `README has no table "${header}"`).toBeGreaterThan(-1);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.replace(/`|\[|\]\([^)]*\)/g, '').trim()),
  );
}

describe('README', () => {
  it('lists the routes that are served, and their functions', () => {
    expect(rows('route | answers').map(([route, , file]) => [route, file])).toEqual(
      routes.map(({ method, path, file }) => [`${method} ${path}`, `functions/${file}.ts`]),
    );
  });

  it('lists what each function may do on the table, and why', () => {
    expect(rows('function | on the table')).toEqual(
      routes.flatMap(({ id, tableActions }) =>
        tableActions.map(({ action, on, why, only }) => [
          id,
          [action, on && `on its ${on}`, only].filter(Boolean).join(' '),
          why,
        ]),
      ),
    );
  });

  it('links to files that are there', () => {
    const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = '']) => path);
    expect(links).toContain('openapi.yaml');
    expect(links.filter((path) => !existsSync(new URL(`../${path}`, import.meta.url)))).toEqual([]);
  });

  it('lists every setting with its default', () => {
    expect(rows('key | meaning').map(([key, , byDefault]) => [key, byDefault])).toEqual(
      Object.entries(settings).map(([key, setting]) => [key, String(setting.default ?? '')]),
    );
  });
});
