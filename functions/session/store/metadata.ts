/** A session's free-form metadata, between DynamoDB's types and JSON. */
import { isRawJSON } from '../exact-number.ts';

export type Metadata = Record<string, unknown>;

/**
 * Whether a value was a DynamoDB map. Tested by exclusion: the SDK gives a map that has a key `__proto__` that key's
 * value as its prototype.
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

/** Metadata as JSON. Sets and binary, which other programs may have stored, become arrays and base64. */
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

/** Metadata with a Map for each object: the SDK judges a plain object by its key `constructor`. */
export function attributeFromMetadata(metadata: unknown): unknown {
  if (Array.isArray(metadata)) return metadata.map(attributeFromMetadata);
  if (!isMap(metadata)) return metadata;
  return new Map(Object.entries(metadata).map(([key, value]) => [key, attributeFromMetadata(value)]));
}
