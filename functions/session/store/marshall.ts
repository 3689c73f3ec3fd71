/** Plain values as DynamoDB has them. For routes that write: GET does without. */
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Item } from './dynamodb.ts';

/** A double beyond 2^53 is written in the digits that JavaScript shows of it. */
export const toAttributes = (values: Record<string, unknown>): Item =>
  marshall(values, { allowImpreciseNumbers: true });
