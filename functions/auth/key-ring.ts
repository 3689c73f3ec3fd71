/** The API keys as they are now, or were a moment ago. */
import { type ApiKeys, includesKey, parseApiKeys } from './api-keys.ts';

/** A key that is removed from the secret is refused after this many milliseconds at the latest. */
export const KEYS_LIVE_MS = 60_000;

/** A key that is not among the keys may be new: they are read again, but no more often than this, in milliseconds. */
export const RELOAD_INTERVAL_MS = 1_000;

/** After a failure the keys are not asked for again for so long, in milliseconds, whoever sends whatever. */
export const RETRY_INTERVAL_MS = 1_000;

export interface KeyRing {
  /** @throws when the keys can't be read, and were not read within KEYS_LIVE_MS: nobody is let in on old keys. */
  holds(key: string): Promise<boolean>;
  /** Reads the keys. */
  load(): Promise<void>;
}

/** @param read the secret's text. */
export function keyRing(read: () => Promise<string>): KeyRing {
  let keys: ApiKeys = [];
  /** When the keys were asked for that are there now, in epoch milliseconds. */
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  let failed: { at: number; error: unknown } | undefined;

  const isOlderThan = (milliseconds: number) => Date.now() - readAt >= milliseconds;

  /** Requests that come while the secret is being read wait for the same answer. */
  function load(): Promise<void> {
    reading ??= loadNow().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  async function loadNow(): Promise<void> {
    const askedAt = Date.now();
    keys = parseApiKeys(await read());
    readAt = askedAt;
  }

  async function reload(): Promise<void> {
    if (failed && Date.now() - failed.at < RETRY_INTERVAL_MS) throw failed.error;
    try {
      await load();
    } catch (error) {
      failed = { at: Date.now(), error };
      throw error;
    }
  }

  return {
    load,
    async holds(key) {
      if (isOlderThan(KEYS_LIVE_MS)) await reload();
      if (includesKey(keys, key)) return true;
      if (!isOlderThan(RELOAD_INTERVAL_MS)) return false;
      await reload();
      return includesKey(keys, key);
    },
  };
}
