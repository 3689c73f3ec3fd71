import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  KEYS_LIVE_MS,
  keyRing,
  RELOAD_INTERVAL_MS,
  RETRY_INTERVAL_MS,
} from '../../../functions/auth/key-ring.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

const toSecret = (...keys: string[]) => JSON.stringify({ ...keys });

describe('the key ring', () => {
  it('reads the secret once for many requests', async () => {
    const read = vi.fn(async () => toSecret('a', 'b'));
    const ring = keyRing(read);
    expect(await Promise.all(['a', 'b', 'a'].map(ring.holds))).toEqual([true, true, true]);
    vi.setSystemTime(KEYS_LIVE_MS - 1);
    expect(await ring.holds('a')).toBe(true);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('lets a key in as soon as it is added, and no longer than a minute after it is removed', async () => {
    let secret = toSecret('old');
    const ring = keyRing(async () => secret);
    expect(await ring.holds('old')).toBe(true);
    secret = toSecret('old', 'new');
    vi.setSystemTime(RELOAD_INTERVAL_MS);
    expect(await ring.holds('new')).toBe(true);
    expect(await ring.holds('old')).toBe(true);
    secret = toSecret('new');
    vi.setSystemTime(RELOAD_INTERVAL_MS + KEYS_LIVE_MS);
    expect(await ring.holds('old')).toBe(false);
    expect(await ring.holds('new')).toBe(true);
  });

  it('does not read the secret for every wrong key', async () => {
    const read = vi.fn(async () => toSecret('a'));
    const ring = keyRing(read);
    for (let request = 0; request < 1000; request += 1) {
      expect(await ring.holds(`wrong-${request}`)).toBe(false);
    }
    expect(read).toHaveBeenCalledTimes(1);
    vi.setSystemTime(RELOAD_INTERVAL_MS);
    await Promise.all(Array.from({ length: 100 }, (_, request) => ring.holds(`wrong-${request}`)));
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('lets nobody in on keys that it can not read again, and everybody as soon as it can', async () => {
    let fails = false;
    const ring = keyRing(async () => {
      if (fails) throw new Error('denied');
      return toSecret('a');
    });
    expect(await ring.holds('a')).toBe(true);
    fails = true;
    vi.setSystemTime(KEYS_LIVE_MS);
    await expect(ring.holds('a')).rejects.toThrow('denied');
    fails = false;
    vi.setSystemTime(KEYS_LIVE_MS + RETRY_INTERVAL_MS);
    expect(await ring.holds('a')).toBe(true);
  });

  it('reads the keys again when the clock was set back', async () => {
    let secret = toSecret('revoked');
    const ring = keyRing(async () => secret);
    vi.setSystemTime(60 * 60_000);
    expect(await ring.holds('revoked')).toBe(true);
    secret = toSecret('new');
    vi.setSystemTime(0);
    expect([await ring.holds('revoked'), await ring.holds('new')]).toEqual([false, true]);
  });

  it('asks again when the clock was set back since it could not read the secret', async () => {
    const read = vi.fn(async () => toSecret('a')).mockRejectedValueOnce(new Error('denied'));
    const ring = keyRing(read);
    vi.setSystemTime(60 * 60_000);
    await expect(ring.holds('a')).rejects.toThrow('denied');
    vi.setSystemTime(0);
    expect(await ring.holds('a')).toBe(true);
  });

  it('asks at most once a second while it can not read the secret', async () => {
    const read = vi.fn(async () => {
      throw new Error('denied');
    });
    const ring = keyRing(read);
    for (let at = 0; at < 3000; at += 100) {
      vi.setSystemTime(at);
      await expect(ring.holds('a')).rejects.toThrow('denied');
    }
    expect(read).toHaveBeenCalledTimes(3);
  });

  it('tries at the first request what failed while the function started', async () => {
    const read = vi.fn(async () => toSecret('a')).mockRejectedValueOnce(new Error('denied'));
    const ring = keyRing(read);
    await expect(ring.load(1000)).rejects.toThrow('denied');
    expect(await ring.holds('a')).toBe(true);
  });
});
