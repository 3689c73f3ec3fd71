/** The bench's table and the gates that the function is held to. */
import type { ColdStart } from './sandbox.ts';
import { FLOOR, FUNCTION, HABIT } from './variants.ts';

export interface Measurements {
  name: string;
  kilobytes: number;
  cold: ColdStart[];
  /** Cold starts with a function's share of a CPU once init is over; empty where that can't be done. */
  limited: ColdStart[];
  /** CPU milliseconds of a warm request. */
  warmCpu: number[];
}

interface Column {
  title: string;
  digits: number;
  value(measurements: Measurements): number;
}

const cpu = ({ initCpu, firstCpu }: ColdStart) => initCpu + firstCpu;

const columns: Column[] = [
  { title: 'KB', digits: 0, value: ({ kilobytes }) => kilobytes },
  { title: 'init', digits: 1, value: ({ cold }) => median(cold.map(({ init }) => init)) },
  { title: 'first', digits: 1, value: ({ cold }) => median(cold.map(({ first }) => first)) },
  { title: 'cold', digits: 1, value: ({ cold }) => median(cold.map(({ total }) => total)) },
  { title: 'init CPU', digits: 1, value: ({ cold }) => median(cold.map(({ initCpu }) => initCpu)) },
  { title: 'first CPU', digits: 1, value: ({ cold }) => median(cold.map(({ firstCpu }) => firstCpu)) },
  { title: 'cold CPU', digits: 1, value: ({ cold }) => median(cold.map(cpu)) },
  { title: 'first, 256 MB', digits: 1, value: ({ limited }) => median(limited.map(({ first }) => first)) },
  { title: 'cold, 256 MB', digits: 1, value: ({ limited }) => median(limited.map(({ total }) => total)) },
  { title: 'warm CPU', digits: 3, value: ({ warmCpu }) => median(warmCpu) },
];

/** The gates, and whether the function passes them. What was not measured passes. */
export function gates(
  measured: readonly Measurements[],
): { gate: string; at: number; most: number; passed: boolean }[] {
  const own = named(measured, FUNCTION);
  const floor = named(measured, FLOOR);
  const ratio = (title: string) => measure(title, own) / measure(title, floor);
  return [
    { gate: 'cold at 256 MB, against the floor', at: ratio('cold, 256 MB'), most: 0.6 },
    { gate: 'init + first-invoke CPU, against the floor', at: ratio('cold CPU'), most: 1.65 },
    { gate: 'first-invoke CPU, ms', at: measure('first CPU', own), most: 6 },
    { gate: 'bundle, KB', at: measure('KB', own), most: 205 },
    { gate: 'warm CPU per request, against the floor', at: ratio('warm CPU'), most: 3 },
  ].map((gate) => ({ ...gate, passed: !(gate.at > gate.most) }));
}

/** The table of all variants, the function's ratios to both references, and the gates. */
export function report(measured: readonly Measurements[]): string {
  const own = named(measured, FUNCTION);
  const cells = (label: string, cell: (column: Column) => string) => [label, ...columns.map(cell)];
  const ratios = [FLOOR, HABIT].map((name) =>
    cells(`function / ${name}`, ({ value }) => number(value(own) / value(named(measured, name)), 2)),
  );
  const table = aligned([
    cells('', ({ title }) => title),
    ...measured.map((row) => cells(row.name, ({ value, digits }) => number(value(row), digits))),
    ...ratios,
  ]);
  const gateRows = gates(measured).map(({ gate, at, most, passed }) => [
    gate,
    number(at, 2),
    `at most ${most}`,
    passed ? 'passed' : 'MISSED',
  ]);
  return `${table}\n\n${aligned(gateRows)}`;
}

function named(measured: readonly Measurements[], name: string): Measurements {
  const found = measured.find((row) => row.name === name);
  if (!found) throw new Error(`Nothing was measured of ${name}`);
  return found;
}

function measure(title: string, row: Measurements): number {
  return columns.find((column) => column.title === title)?.value(row) ?? Number.NaN;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
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
