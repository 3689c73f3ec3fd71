/** For any sequence of responses a call ends, repeats nothing that may act twice, and leaves nothing running. */
import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createSessionsClient, type SessionsClient } from '../../client/index.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const ANSWERS = [200, 404, 409, 410, 429, 500, 503, 'lost'] as const;
type Answer = (typeof ANSWERS)[number];

/** After these it is open whether the request was done. */
const OPEN: readonly Answer[] = [500, 503, 'lost'];

const CODES: Partial<Record<Answer, string>> = {
  404: 'SESSION_NOT_FOUND',
  409: 'CONFLICT',
  410: 'SESSION_EXPIRED',
};

const CALLS: Record<string, (client: SessionsClient, signal: AbortSignal) => Promise<unknown>> = {
  get: (client, signal) => client.get('id', { signal }),
  create: (client, signal) => client.create({ agentId: 'a', userId: 'u' }, { signal }),
  renew: (client, signal) => client.renew('id', { signal }),
  heartbeat: (client, signal) => client.heartbeat('id', { signal }),
  changeTimeout: (client, signal) => client.changeTimeout('id', {}, { signal }),
  changeMetadata: (client, signal) => client.changeMetadata('id', {}, { signal }),
  delete: (client, signal) => client.delete('id', { signal }),
};
const PATCHES = ['changeTimeout', 'changeMetadata'];

it('holds for thousands of sequences, aborted at any moment or not', async () => {
  const sequences = fc.record({
    name: fc.constantFrom(...Object.keys(CALLS)),
    answers: fc.array(fc.constantFrom(...ANSWERS), { minLength: 1, maxLength: 6 }),
    latency: fc.integer({ min: 0, max: 12_000 }),
    abortAfter: fc.option(fc.integer({ min: 0, max: 20_000 })),
  });
  await fc.assert(
    fc.asyncProperty(sequences, async ({ name, answers, latency, abortAfter }) => {
      const given: Answer[] = [];
      const keys = new Set<string>();
      const fetch = (_url: string, { signal, headers }: RequestInit) =>
        new Promise<Response>((resolve, reject) => {
          const key = (headers as Record<string, string>)['idempotency-key'];
          if (key !== undefined) keys.add(key);
          const answer = answers[given.length] ?? 200;
          given.push(answer);
          const timer = setTimeout(() => {
            if (answer === 'lost') return reject(new TypeError('fetch failed'));
            const body = CODES[answer] ? { error: { code: CODES[answer], message: '' } } : {};
            resolve(new Response(JSON.stringify(body), { status: answer }));
          }, latency);
          signal?.addEventListener('abort', () => {
            clearTimeout(timer);
            reject(signal.reason);
          });
        });
      const client = createSessionsClient({ baseUrl: 'http://a', fetch: fetch as typeof globalThis.fetch });
      const abort = new AbortController();
      if (abortAfter !== null) setTimeout(() => abort.abort('aborted'), abortAfter);
      let ended = false;
      const call = CALLS[name]?.(client, abort.signal).then(
        () => (ended = true),
        () => (ended = true),
      );
      await vi.advanceTimersByTimeAsync(120_000);
      expect(ended, 'ends').toBe(true);
      await call;
      expect(given.length).toBeLessThanOrEqual(4);
      expect(vi.getTimerCount(), 'timers').toBe(0);
      expect(getEventListeners(abort.signal, 'abort'), 'listeners').toEqual([]);
      expect(keys.size, 'one key for all attempts').toBe(name === 'create' ? 1 : 0);
      // A timeout leaves it as open as a lost response.
      const isOpen = (answer: Answer) => OPEN.includes(answer) || latency >= 10_000;
      const repeated = given.slice(0, -1).filter(isOpen);
      if (PATCHES.includes(name)) expect(repeated, 'repeats a patch that may have been done').toEqual([]);
    }),
    { numRuns: 3000 },
  );
});
