/** Limits within which metadata comes back equal. */
import { INEXACT_NUMBER } from './exact-number.ts';

/** In UTF-8 JSON. */
export const MAX_METADATA_BYTES = 10_240;

/**
 * DynamoDB's limits (its developer guide, "Service quotas"): the range of a number, and 32 levels of nesting, of
 * which the item is the first. DynamoDB Local accepts 31 in an attribute and rejects 32.
 */
const MAX_DEPTH = 31;
const MAX_NUMBER = 1e126;
const MIN_NUMBER = 1e-130;

/**
 * Why metadata, or a patch of it, would not come back equal, its size aside; completes "metadata …".
 * Undefined if it would.
 */
export const metadataProblem = (metadata: Record<string, unknown>): string | undefined =>
  valueProblem(metadata, 1);

export const countMetadataBytes = (metadata: Record<string, unknown>): number =>
  Buffer.byteLength(JSON.stringify(metadata));

function valueProblem(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : 'has an unpaired surrogate';
  if (typeof value === 'number') return numberProblem(value);
  if (value === INEXACT_NUMBER) return 'has a number with more digits than can be kept; send it as a string';
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > MAX_DEPTH) return `must not be nested deeper than ${MAX_DEPTH} levels`;
  for (const [key, inner] of Object.entries(value)) {
    const problem = keyProblem(key) ?? valueProblem(inner, depth + 1);
    if (problem) return problem;
  }
  return undefined;
}

function keyProblem(key: string): string | undefined {
  if (key === '') return 'must not have empty keys';
  if (key === '__proto__') return 'must not have a key __proto__';
  return key.isWellFormed() ? undefined : 'has an unpaired surrogate in a key';
}

function numberProblem(value: number): string | undefined {
  const size = Math.abs(value);
  const isInRange = size === 0 || (size >= MIN_NUMBER && size < MAX_NUMBER);
  return isInRange ? undefined : 'has a number outside the range of 1e-130 to 1e126; send it as a string';
}
