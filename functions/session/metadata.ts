/** A session's free-form metadata, between DynamoDB's types and JSON. */

export type Metadata = Record<string, unknown>;

/**
 * True for what a DynamoDB map becomes. Told by what it is not: the SDK gives a map that has a key `__proto__` that
 * key's value as its prototype.
 */
export function isMap(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Set) &&
    !(value instanceof Uint8Array) &&
    !isRawJSON(value)
  );
}

/**
 * Metadata as JSON can hold it. JSON has no sets and no binary, which other writers of the table may have stored:
 * a set becomes an array, binary becomes base64. Everything else is returned as it is.
 */
export function metadataFromItem(stored: Metadata): Metadata {
  return Object.fromEntries(Object.entries(stored).map(([key, value]) => [key, jsonFromAttribute(value)]));
}

function jsonFromAttribute(value: unknown): unknown {
  if (isMap(value)) return metadataFromItem(value);
  if (Array.isArray(value)) return value.map(jsonFromAttribute);
  if (value instanceof Set) return Array.from(value, jsonFromAttribute);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return value;
}

/**
 * A DynamoDB number, given in its text form. DynamoDB keeps 38 digits and a double about 16, so a number that a
 * double would change stays in its exact digits, in a form that JSON.stringify writes out.
 */
export function exactNumber(digits: string): number | RawJson {
  const number = Number(digits);
  // A double gives back any decimal of up to 15 digits.
  return digits.length <= 15 || String(number) === digits ? number : rawJSON(digits);
}

/** What `JSON.rawJSON` returns: an opaque object that JSON.stringify writes as the text it was made from. */
interface RawJson {
  readonly rawJSON: string;
}

// In Node.js since 21, and not yet in TypeScript's libraries.
const { rawJSON, isRawJSON } = JSON as unknown as {
  rawJSON: (text: string) => RawJson;
  isRawJSON: (value: unknown) => value is RawJson;
};
