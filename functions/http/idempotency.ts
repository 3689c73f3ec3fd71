/** Idempotency keys: a retried create finds the session of its first attempt, without a second table. */
import { createHash, createHmac } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Caller } from '../session/caller.ts';
import { canonicalJson } from '../session/canonical-json.ts';
import { validationError } from './errors.ts';
import { readHeader } from './request.ts';

/** In lower case, as API Gateway hands headers over. */
export const IDEMPOTENCY_KEY_HEADER = 'idempotency-key';

/** The request's Idempotency-Key, if it has one. @throws HttpError 400 for one that can't be used. */
export function parseIdempotencyKey(event: APIGatewayProxyEventV2): string | undefined {
  const key = readHeader(event, IDEMPOTENCY_KEY_HEADER);
  if (key === undefined) return undefined;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw validationError('Idempotency-Key must be 1 to 255 visible ASCII characters');
  }
  return key;
}

/**
 * The id of the session that a key stands for: a UUID of version 4's form. The salt keeps ids from being
 * guessed from keys, since a session's id is a bearer secret and a key may be as short as its sender likes.
 * @param caller owners have keys of their own: two of them may choose the same.
 */
export function deriveSessionId(key: string, caller: Caller, salt: string): string {
  // A key has no space, so a bare key never equals an owner's "<userId> <key>".
  const scope = caller.kind === 'owner' ? `${caller.userId} ${key}` : key;
  const bytes = createHmac('sha256', salt).update(scope).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Equal for bodies that say the same, in whatever order their keys are. */
export function fingerprint(body: unknown): string {
  return createHash('sha256').update(canonicalJson(body)).digest('base64url');
}
