/** Merges a JSON Merge Patch (RFC 7396) into DynamoDB's form of metadata. Other values keep their type. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { canonicalJson } from '../canonical-json.ts';
import { fromItem, type Item } from './dynamodb.ts';
import { toAttributes } from './marshall.ts';
import { attributeFromMetadata, isMap, metadataFromItem } from './metadata.ts';

/** @returns the very `stored` when the patch changes nothing of it. */
export function mergeMetadata(stored: Item, patch: Readonly<Record<string, unknown>>): Item {
  const changes = Object.entries(patch).flatMap(([key, value]) => {
    const before = Object.hasOwn(stored, key) ? stored[key] : undefined;
    const after = value === null ? undefined : mergeValue(before, value);
    return after === before ? [] : [[key, after] as const];
  });
  if (changes.length === 0) return stored;
  const merged = new Map([...Object.entries(stored), ...changes]);
  return Object.fromEntries(
    [...merged].filter((entry): entry is [string, AttributeValue] => entry[1] !== undefined),
  );
}

function mergeValue(before: AttributeValue | undefined, value: unknown): AttributeValue {
  if (isMap(value)) {
    const target = before?.M;
    const merged = mergeMetadata(target ?? {}, value);
    return before !== undefined && merged === target ? before : { M: merged };
  }
  return before !== undefined && isSame(before, value) ? before : toAttribute(value);
}

/** Whether clients see no difference. */
function isSame(stored: AttributeValue, value: unknown): boolean {
  const { value: seen } = metadataFromItem(fromItem({ value: stored }));
  return canonicalJson(seen) === canonicalJson(value);
}

function toAttribute(value: unknown): AttributeValue {
  const { value: attribute } = toAttributes({ value: attributeFromMetadata(value) });
  if (attribute === undefined) throw new TypeError('JSON has no undefined');
  return attribute;
}
