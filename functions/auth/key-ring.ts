/** The API keys, cached. */
import { CALL_DEADLINE_MS, isOlder } from '../aws/deadlines.ts';
import { type ApiKeys, includesKey, parseApiKeys } from './api-keys.ts';

/** How long keys are cached, in milliseconds: a revoked key works no longer. */
export const KEYS_LIVE_MS = 60_000;

/** An unknown key may be new: the keys are read again, at most once in so many milliseconds. */
export const RELOAD_INTERVAL_MS = 1_000;

/** How long the keys are not read again after a failed read, in milliseconds. */
export const RETRY_INTERVAL_MS = 1_000;

export interface KeyRing {
  /** @throws when the keys cannot be read and the cached ones are older than KEYS_LIVE_MS. */
  holds(key: string): Promise<boolean>;
  /** Reads the keys within so many milliseconds. */
  load(deadline: number): Promise<void>;
}

/** @param read the secret's text, within so many milliseconds. */
export function keyRing(read: (deadline: number) => Promise<string>): KeyRing {
  let keys: ApiKeys = [];
  /** When the cached keys were read, in epoch milliseconds. */
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  let failed: { at: number; error: unknown } | undefined;

  /** Concurrent requests share one read of the secret. */
  function load(deadline: number): Promise<void> {
    reading ??= loadNow(deadline).finally(() => {
      reading = undefined;
    });
    return reading;
  }

  async function loadNow(deadline: number): Promise<void> {
    const askedAt = Date.now();
    keys = parseApiKeys(await read(deadline));
    readAt = askedAt;
  }

  async function reload(): Promise<void> {
    if (failed && !isOlder(RETRY_INTERVAL_MS, failed.at)) throw failed.error;
    try {
      await load(CALL_DEADLINE_MS);
    } catch (error) {
      failed = { at: Date.now(), error };
      throw error;
    }
  }

  return {
    load,
    async holds(key) {
      if (isOlder(KEYS_LIVE_MS, readAt)) await reload();
      if (includesKey(keys, key)) return true;
      if (!isOlder(RELOAD_INTERVAL_MS, readAt)) return false;
      await reload();
      return includesKey(keys, key);
    },
  };
}
