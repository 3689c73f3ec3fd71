/** Numbers that a double can't hold: kept exact where they are read, refused where they are sent. */

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
 * Stands for a number of a request that a double would change, so that whatever checks the request refuses
 * it.
 */
export class InexactNumber {}

/**
 * Whether a JSON number, given as it was sent, has all its digits in `value`. Any 15 digits survive in a
 * double.
 */
export function hasAllDigits(value: number, source: string): boolean {
  const sent = significantDigits(source);
  if (!Number.isFinite(value) || (value === 0) !== (sent === '')) return false;
  return sent.length <= 15 || sent === significantDigits(String(value));
}

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
