/** API keys, sent as X-API-KEY. */

import { createHash, timingSafeEqual } from 'node:crypto';
import { LoggableError } from '../aws/loggable-error.ts';

/** The header with a caller's key, in lower case as API Gateway passes headers. elizaOS has the same. */
export const KEY_HEADER = 'x-api-key';

/** Digests of the keys: equally long, so that comparing them reveals no length. */
export type ApiKeys = readonly Buffer[];

/** Visible ASCII without spaces, which a header's value loses at its ends. */
export const API_KEY = /^[\x21-\x7e]{1,256}$/;

/**
 * @param secret JSON: an object whose values are the keys, each under a name of its owner's or its date.
 * @throws Error that names the fault of the secret, and quotes nothing of it.
 */
export function parseApiKeys(secret: string): ApiKeys {
  const values = Object.values(parsed(secret)).map((value) =>
    typeof value === 'string' ? value.trim() : '',
  );
  // An invalid key does not disable the others.
  const keys = values.filter((value) => API_KEY.test(value));
  if (keys.length === 0) {
    throw new LoggableError('The secret with the API keys has no key of 1 to 256 visible ASCII characters');
  }
  return keys.map(digest);
}

/** Constant time: compares the sent key with every valid one. */
export function includesKey(keys: ApiKeys, sent: string): boolean {
  const sentDigest = digest(sent);
  return keys.reduce((found, key) => timingSafeEqual(key, sentDigest) || found, false);
}

const digest = (key: string): Buffer => createHash('sha256').update(key).digest();

function parsed(secret: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(secret);
  } catch {
    // The parser's message quotes the secret.
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new LoggableError('The secret with the API keys is not a JSON object of names and keys');
  }
  return value as Record<string, unknown>;
}
