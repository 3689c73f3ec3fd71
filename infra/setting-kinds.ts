/** The kinds of settings that there are. */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

export interface Setting<T> {
  default: T;
  /** Completes "expected …". */
  expected: string;
  /** The value; undefined when it is none. */
  parse(text: string): T | undefined;
}

export function choice<T extends string>(values: readonly T[], byDefault: T): Setting<T> {
  return {
    default: byDefault,
    expected: `one of ${values.join(', ')}`,
    parse: (text) => values.find((value) => value === text),
  };
}

export function integer(min: number, max: number, byDefault: number): Setting<number> {
  return {
    default: byDefault,
    expected: `a whole number from ${min} to ${max}`,
    parse(text) {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? value : undefined;
    },
  };
}

export function name(pattern: RegExp, expected: string): Setting<string | undefined> {
  return { default: undefined, expected, parse: (text) => (pattern.test(text) ? text : undefined) };
}

export function retentionDays(): string[] {
  return Object.values(RetentionDays)
    .filter((days) => typeof days === 'number' && days !== RetentionDays.INFINITE)
    .map(String);
}

/** Values with commas between them, each of which `parse` takes and gives back. */
export function list(
  parse: (text: string) => string | undefined,
  expected: string,
): Setting<string[] | undefined> {
  return {
    default: undefined,
    expected,
    parse(text) {
      const values = text.split(',').map((value) => parse(value.trim()));
      return values.every((value) => value !== undefined) ? [...new Set(values)] : undefined;
    },
  };
}

/** An origin as browsers send it: scheme, host and port, and nothing more. Without TLS only on one's own machine. */
export function origin(text: string): string | undefined {
  const url = URL.parse(text);
  const isLocal = url?.hostname === 'localhost' || url?.hostname === '127.0.0.1';
  const isWeb = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal);
  return isWeb && url.origin === text && !text.includes('*') ? text : undefined;
}

/** A URL without a query that is served over TLS. */
export function httpsUrl(expected: string): Setting<string | undefined> {
  return {
    default: undefined,
    expected,
    parse(text) {
      const url = URL.parse(text);
      // Written as it is understood: nothing is left out or put in.
      const isPlain = url?.href === text || url?.href === `${text}/`;
      return url?.protocol === 'https:' && isPlain && !/[?#@]/.test(text) ? text : undefined;
    },
  };
}
