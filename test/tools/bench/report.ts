/** The bench's table, and the gates that the functions are held to. */

import { AUTHORIZER } from '../../../infra/api/auth.ts';
import type { ColdStart } from './sandbox.ts';
import { FLOOR, HABIT } from './variants.ts';

export interface Measurements {
  name: string;
  kilobytes: number;
  cold: ColdStart[];
  /** Cold starts with a function's share of a CPU once init is over; empty where that can't be done. */
  limited: ColdStart[];
  /** CPU milliseconds of a warm request. */
  warmCpu: number[];
}

interface Gate {
  column: Column['title'];
  /** Whether the value is a multiple of the floor's. */
  isRatio: boolean;
  most: number;
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

const gate = (column: Column['title'], isRatio: boolean, most: number): Gate => ({ column, isRatio, most });

/** Of the call that a chat polls. */
const GATES_OF_GET = [
  gate('cold, 256 MB', true, 0.65),
  gate('cold CPU', true, 1.45),
  gate('first CPU', false, 5),
  gate('KB', false, 186),
  gate('warm CPU', true, 1.9),
];

const GATES_OF_OTHERS = [
  gate('cold, 256 MB', true, 0.7),
  gate('cold CPU', true, 1.55),
  gate('first CPU', false, 6.5),
  gate('KB', false, 205),
  gate('warm CPU', true, 3.2),
];

/** API Gateway keeps the authorizer's responses: no more than its cold starts is met. */
const COLUMNS_OF_AUTHORIZER = ['cold, 256 MB', 'KB'];

function gatesOf(name: string): Gate[] {
  if (name === 'GetSession') return GATES_OF_GET;
  if (name === AUTHORIZER.id)
    return GATES_OF_OTHERS.filter(({ column }) => COLUMNS_OF_AUTHORIZER.includes(column));
  return GATES_OF_OTHERS;
}

export interface Judgement {
  name: string;
  column: string;
  isRatio: boolean;
  at: number;
  most: number;
  passed: boolean;
}

/** Each function's gates, and whether it passes them. What this machine can't measure, the cold start at 256 MB, passes. */
export function judge(measured: readonly Measurements[]): Judgement[] {
  const floor = named(measured, FLOOR);
  return measured
    .filter(({ name }) => name !== FLOOR && name !== HABIT)
    .flatMap((own) =>
      gatesOf(own.name).map(({ column, isRatio, most }) => {
        const at = measure(column, own) / (isRatio ? measure(column, floor) : 1);
        return {
          name: own.name,
          column,
          isRatio,
          at,
          most,
          passed: at <= most || (column === 'cold, 256 MB' && Number.isNaN(at)),
        };
      }),
    );
}

/** The table of all variants, and of each function's values beside its gates. */
export function report(measured: readonly Measurements[]): string {
  const table = aligned([
    ['', ...columns.map(({ title }) => title)],
    ...measured.map((row) => [row.name, ...columns.map(({ value, digits }) => number(value(row), digits))]),
  ]);
  const judged = judge(measured);
  const gated = GATES_OF_GET.map(({ column, isRatio }) => ({
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
  return `${table}\n\n${gates}`;
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
