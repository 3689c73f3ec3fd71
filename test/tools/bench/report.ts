/** The bench's tables. */
import { columns, findYoung, type Measurements, median } from './columns.ts';
import { GATED, judge } from './gates.ts';
import { MEMORIES, SPEEDS } from './young.ts';

/** The table of all variants, and of each function's values beside its gates. */
export function report(measured: readonly Measurements[]): string {
  const table = aligned([
    ['', ...columns.map(({ title }) => title)],
    ...measured.map((row) => [row.name, ...columns.map(({ value, digits }) => number(value(row), digits))]),
  ]);
  const judged = judge(measured);
  const gated = GATED.map(({ column, isRatio }) => ({
    column,
    title: isRatio ? `${column} / floor` : column,
  }));
  const cell = (name: string, column: string) => {
    const found = judged.find((one) => one.name === name && one.column === column);
    if (!found) return '';
    const { at, most, passed } = found;
    return `${number(at, 2)} of ${most}${passed ? '' : ' MISSED'}`;
  };
  const gates = aligned([
    ['gates: at most', ...gated.map(({ title }) => title)],
    ...[...new Set(judged.map(({ name }) => name))].map((name) => [
      name,
      ...gated.map(({ column }) => cell(name, column)),
    ]),
  ]);
  return `${table}\n\n${youngTable(measured)}\n\n${gates}`;
}

/** Requests 2 to 12, in milliseconds, and how many of eleven wait for a second period; dollars a million. */
function youngTable(measured: readonly Measurements[]): string {
  const rows = measured.filter(({ young }) => young.length > 0);
  const pairs = SPEEDS.flatMap((speed) => MEMORIES.map((memory) => ({ speed, memory })));
  const title = ({ speed, memory }: (typeof pairs)[number]) =>
    `${memory} MB${speed === 1 ? '' : ` at ${speed}`}`;
  return aligned([
    ['requests 2 to 12: ms (waits)', ...pairs.map(title), ...MEMORIES.map((memory) => `$ at ${memory}`)],
    ...rows.map((row) => [
      row.name,
      ...pairs.map(({ speed, memory }) => {
        const { latencies = [], waits = [] } = findYoung(row, memory, speed) ?? {};
        return `${number(median(latencies), 1)} (${number(median(waits), 0)})`;
      }),
      ...MEMORIES.map((memory) => number(dollars(memory, findYoung(row, memory, 1)?.latencies ?? []), 2)),
    ]),
  ]);
}

/** Lambda's price of a million such requests on arm64: 0.20 dollars, and 0.0000133334 a GB-second, billed by the ms. */
function dollars(memory: number, latencies: readonly number[]): number {
  return 0.2 + ((0.0000133334 * memory) / 1024) * Math.ceil(median(latencies)) * 1000;
}

const number = (value: number, digits: number) => (Number.isNaN(value) ? '-' : value.toFixed(digits));

/** Rows as lines: the first column to the left, the others to the right. */
function aligned(rows: readonly string[][]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))),
    )
    .map((row) => row.join('  '))
    .join('\n');
}
