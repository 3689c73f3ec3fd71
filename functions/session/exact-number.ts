/** Numbers that a double can't hold: kept exact where they are read, rejected where they are sent. */

/**
 * A DynamoDB number, given in its text form. DynamoDB keeps 38 digits and a double about 16, so a number that
 * a double would change stays in its exact digits, in a form that JSON.stringify writes out.
 */
export function exactNumber(digits: string): number | RawJson {
  const number = Number(digits);
  return digits.length <= 15 || hasAllDigits(number, digits) ? number : rawJSON(digits);
}

/** What `JSON.rawJSON` returns: an opaque object that JSON.stringify writes as the text it was made from. */
export interface RawJson {
  readonly rawJSON: string;
}

// In Node.js since 21, and not yet in TypeScript's libraries.
export const { rawJSON, isRawJSON } = JSON as unknown as {
  rawJSON: (text: string) => RawJson;
  isRawJSON: (value: unknown) => value is RawJson;
};

/**
 * Replaces a number of a request that a double can't hold. It is neither an object nor a number, so every check of
 * the request rejects it.
 */
export const INEXACT_NUMBER = Symbol('inexact number');

/** Whether JSON.stringify writes a number in the digits of this text. */
function hasAllDigits(value: number, text: string): boolean {
  return Number.isFinite(value) && significantDigits(text) === significantDigits(String(value));
}

/**
 * Whether a double holds a JSON number as it was sent: printed in as many digits, it is the same. Some languages
 * print more than it takes to tell doubles apart: C's `%.17g`, PHP and Swift write 3.14 as 3.1400000000000001.
 */
export function isHeldByDouble(value: number, sent: string): boolean {
  const digits = significantDigits(sent);
  if (!Number.isFinite(value) || (value === 0) !== (digits === '')) return false;
  // Any 15 digits survive in a double.
  if (digits.length <= 15 || hasAllDigits(value, sent)) return true;
  return digits.length <= MAX_PRECISION && significantDigits(value.toPrecision(digits.length)) === digits;
}

/** Of Number.prototype.toPrecision. */
const MAX_PRECISION = 100;

/** The digits from the first to the last that is not zero, in one pass over numbers of any length. */
function significantDigits(number: string): string {
  const [mantissa = ''] = number.split(/e/i, 1);
  const digits = mantissa.replace(/\D/g, '');
  let start = 0;
  while (digits[start] === '0') start += 1;
  let end = digits.length;
  while (end > start && digits[end - 1] === '0') end -= 1;
  return digits.slice(start, end);
}
