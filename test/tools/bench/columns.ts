/** What the bench measures of a variant, and the columns that are made of it. */
import type { ColdStart } from './sandbox.ts';
import type { Young } from './young.ts';

export interface Measurements {
  name: string;
  kilobytes: number;
  cold: ColdStart[];
  /** Cold starts with a function's share of a CPU once init is over; empty where that can't be done. */
  limited: ColdStart[];
  /** Requests 2 to 12 at several memories; empty where that can't be done. */
  young: Young[];
  /** CPU milliseconds of a warm request. */
  warmCpu: number[];
}

export interface Column {
  title: string;
  digits: number;
  value(measurements: Measurements): number;
}

const cpu = ({ initCpu, firstCpu }: ColdStart) => initCpu + firstCpu;

export const columns: Column[] = [
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

export function measure(title: string, row: Measurements): number {
  return columns.find((column) => column.title === title)?.value(row) ?? Number.NaN;
}

export const findYoung = ({ young }: Measurements, memory: number, speed: number): Young | undefined =>
  young.find((one) => one.memory === memory && one.speed === speed);

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}
