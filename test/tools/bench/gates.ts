/** The gates that the functions are held to. */
import { AUTHORIZER } from '../../../infra/api/auth.ts';
import { memoryOf } from '../../../infra/lambda/memory.ts';
import { routes } from '../../../infra/routes.ts';
import { type Column, findYoung, type Measurements, measure, median } from './columns.ts';
import { FLOOR, HABIT } from './variants.ts';

interface Gate {
  column: Column['title'];
  /** Whether the value is a multiple of the floor's. */
  isRatio: boolean;
  most: number;
}

/** What requests 2 to 12 are held to, at the function's own memory. */
const YOUNG = 'requests 2 to 12';
/** Nine of ten of them, on a processor half as fast: they do not wait for another period. */
const HALF_SPEED = '90 % of them at 0.5';

const PERIOD_MS = 20;

/** The most of each column, and whether that is a multiple of the floor's: of GET, which a chat polls, and of others. */
const GATES: readonly [column: Column['title'], isRatio: boolean, ofGet: number, ofOthers: number][] = [
  [YOUNG, true, 1.7, 1.7],
  [HALF_SPEED, false, PERIOD_MS, PERIOD_MS],
  ['cold, 256 MB', true, 0.65, 0.7],
  ['cold CPU', true, 1.45, 1.55],
  ['first CPU', false, 5, 6.5],
  ['KB', false, 186, 205],
  ['warm CPU', true, 1.9, 3.2],
];

/** Titles of the gates, as the report has them. */
export const GATED = GATES.map(([column, isRatio]) => ({ column, isRatio }));

/** A read, and then a write or more reads. */
const SEVERAL_CALLS = /^(Renew|Heartbeat|Change|List|DeleteSessions)/;

/** API Gateway keeps the authorizer's responses: no more than its cold starts is met. */
const COLUMNS_OF_AUTHORIZER = ['cold, 256 MB', 'KB', YOUNG, HALF_SPEED];

function gatesOf(name: string): Gate[] {
  const young = SEVERAL_CALLS.test(name) ? 2.6 : undefined;
  return GATES.filter(([column]) => name !== AUTHORIZER.id || COLUMNS_OF_AUTHORIZER.includes(column)).map(
    ([column, isRatio, ofGet, ofOthers]) => {
      const usual = name === 'GetSession' ? ofGet : ofOthers;
      return { column, isRatio, most: column === YOUNG ? (young ?? usual) : usual };
    },
  );
}

/** The memory of the function as it is deployed. */
const memoryOfFunction = (name: string): number =>
  memoryOf(routes.find(({ id }) => id === name) ?? { tableActions: [] });

/** A gate's value; the floor's is measured at the same memory. */
function gatedValue(column: string, own: Measurements, of: Measurements): number {
  const memory = memoryOfFunction(own.name);
  if (column === YOUNG) return median(findYoung(of, memory, 1)?.latencies ?? []);
  if (column !== HALF_SPEED) return measure(column, of);
  const sorted = (findYoung(of, memory, 0.5)?.latencies ?? []).toSorted((a, b) => a - b);
  return sorted[Math.floor(0.9 * sorted.length)] ?? Number.NaN;
}

export interface Judgement {
  name: string;
  column: string;
  isRatio: boolean;
  at: number;
  most: number;
  passed: boolean;
}

/** What takes a share of a CPU, which not every machine allows. */
const LIMITED = ['cold, 256 MB', YOUNG, HALF_SPEED];

/** Each function's gates, and whether it passes them. What this machine can't measure passes. */
export function judge(measured: readonly Measurements[]): Judgement[] {
  const floor = named(measured, FLOOR);
  return measured
    .filter(({ name }) => name !== FLOOR && name !== HABIT)
    .flatMap((own) =>
      gatesOf(own.name).map(({ column, isRatio, most }) => {
        const at = gatedValue(column, own, own) / (isRatio ? gatedValue(column, own, floor) : 1);
        return {
          name: own.name,
          column,
          isRatio,
          at,
          most,
          passed: at <= most || (LIMITED.includes(column) && Number.isNaN(at)),
        };
      }),
    );
}

function named(measured: readonly Measurements[], name: string): Measurements {
  const found = measured.find((row) => row.name === name);
  if (!found) throw new Error(`Nothing was measured of ${name}`);
  return found;
}
