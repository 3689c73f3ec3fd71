/** The kinds of settings. */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** `T` has undefined for a setting without a default. */
export interface Setting<T> {
  /** As it would be written; undefined if there is none. */
  default: string | undefined;
  /** Completes "expected …". */
  expected: string;
  /** The same for one value of a list. */
  expectedEach?: string;
  /** The value; undefined if the text is invalid. */
  parse(text: string): Exclude<T, undefined> | undefined;
}

export function choice<const T extends string>(values: readonly T[], byDefault: T): Setting<T>;
export function choice<const T extends string>(values: readonly T[]): Setting<T | undefined>;
export function choice<const T extends string>(values: readonly T[], byDefault?: T): Setting<T | undefined> {
  return {
    default: byDefault,
    expected: `one of ${values.join(', ')}`,
    parse: (text) => values.find((value) => value === text),
  };
}

/** @param max undefined where the bound is not ours: AWS has a quota. */
export function integer(min: number, max: number | undefined, byDefault: number): Setting<number>;
export function integer(min: number, max?: number): Setting<number | undefined>;
export function integer(min: number, max?: number, byDefault?: number): Setting<number | undefined> {
  return {
    default: byDefault === undefined ? undefined : String(byDefault),
    expected: max === undefined ? `a whole number of ${min} or more` : `a whole number from ${min} to ${max}`,
    parse(text) {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= (max ?? value) ? value : undefined;
    },
  };
}

export function text(pattern: RegExp, expected: string, byDefault: string): Setting<string>;
export function text(pattern: RegExp, expected: string): Setting<string | undefined>;
export function text(pattern: RegExp, expected: string, byDefault?: string): Setting<string | undefined> {
  return { default: byDefault, expected, parse: (given) => (pattern.test(given) ? given : undefined) };
}

/** The numbers of days that CloudWatch Logs accepts. */
export function retentionDays(byDefault: RetentionDays): Setting<RetentionDays> {
  const days = Object.values(RetentionDays).filter(
    (value): value is RetentionDays => typeof value === 'number' && value !== RetentionDays.INFINITE,
  );
  return {
    default: String(byDefault),
    expected: `one of ${days.join(', ')}`,
    parse: (given) => days.find((value) => String(value) === given),
  };
}

/** Values separated by commas, each of which `parse` takes and gives back. Empty text is the empty list. */
export function list(
  parse: (text: string) => string | undefined,
  expected: string,
  expectedEach: string,
): Setting<string[]> {
  return {
    default: '',
    expected,
    expectedEach,
    parse(given) {
      const values = given === '' ? [] : given.split(',').map((value) => parse(value.trim()));
      return values.every((value) => value !== undefined) ? [...new Set(values)] : undefined;
    },
  };
}

/** A URL without a query that is served over TLS. */
export function httpsUrl(expected: string): Setting<string | undefined> {
  return {
    default: undefined,
    expected,
    parse(given) {
      const url = URL.parse(given);
      // Written as it is understood: nothing is left out or added.
      const isPlain = url?.href === given || url?.href === `${given}/`;
      return url?.protocol === 'https:' && isPlain && !/[?#@]/.test(given) ? given : undefined;
    },
  };
}
