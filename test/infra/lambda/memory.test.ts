import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { memoryOf } from '../../../infra/lambda/memory.ts';
import { routes } from '../../../infra/routes.ts';
import { findRoute } from '../../support/event.ts';

const page = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

/** Of a GB-second on arm64 (docs/costs.md). */
const PRICE = 0.0000133334;

describe('the memory of a function', () => {
  it('is what the cost page counts with', () => {
    const memory = memoryOf(findRoute('GetSession'));
    const [, dollars, milliseconds, megabytes] =
      page('costs.md').match(/^\| Lambda, duration \| ([\d.]+) \| (\d+) ms at (\d+) MB /m) ?? [];
    expect(Number(megabytes)).toBe(memory);
    expect(dollars).toBe(((Number(milliseconds) / 1000) * (memory / 1024) * PRICE * 1e6).toFixed(2));
  });

  it('is one at which no request waits on a processor half as fast, by the measured table', () => {
    const [, header = '', body = ''] =
      page('performance.md').match(/\n(\| \| 256 .*)\n\|---.*\n((?:\|.*\n)+)/) ?? [];
    const cells = (line: string) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
    const rows = body.trim().split('\n').map(cells);
    for (const route of routes.filter(({ tableActions }) => tableActions.length > 0)) {
      const row = rows.find(([name]) => name === `\`${route.id}\``) ?? [];
      const half = (memory: number) => Number(row[cells(header).indexOf(`${memory}, half`)]);
      // A period of the CPU's share.
      expect(half(memoryOf(route))).toBeLessThan(20);
      expect(half(256)).toBeGreaterThan(20);
    }
  });
});
