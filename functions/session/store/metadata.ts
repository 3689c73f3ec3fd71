/** A session's free-form metadata, between DynamoDB's types and JSON. */
import { isRawJSON } from '../exact-number.ts';

export type Metadata = Record<string, unknown>;

/**
 * True for what a DynamoDB map becomes. Told by what it is not: the SDK gives a map that has a key
 * `__proto__` that key's value as its prototype.
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
 * Metadata as JSON can hold it. JSON has no sets and no binary, which other writers of the table may have
 * stored: a set becomes an array, binary becomes base64. Everything else is returned as it is.
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
 * Metadata in a form that the SDK stores as it is. It takes a plain object for what its key `constructor`
 * says, a Map for a map.
 */
export function attributeFromMetadata(metadata: unknown): unknown {
  if (Array.isArray(metadata)) return metadata.map(attributeFromMetadata);
  if (!isMap(metadata)) return metadata;
  return new Map(Object.entries(metadata).map(([key, value]) => [key, attributeFromMetadata(value)]));
}
