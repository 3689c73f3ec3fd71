/** One function in a process of its own: serves requests, then tells what they have left behind. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

/** What the process is told. */
export interface MemoryRun {
  directory: string;
  handler: string;
  event: object;
  /** Before the first look: compiled code, pooled connections and caches are no leak. */
  warmUp: number;
  requests: number;
}

export interface MemoryResult {
  bytesPerRequest: number;
  /** Of the last responses, by how often each was given. */
  statuses: Record<string, number>;
  /** Timers that still run. */
  timers: number;
}

process.once('message', async ({ directory, handler, event, warmUp, requests }: MemoryRun) => {
  const [file = '', exported = ''] = handler.split('.');
  const handle = (await import(pathToFileURL(join(directory, `${file}.mjs`)).href))[exported];
  const statuses: Record<string, number> = {};

  async function run(count: number): Promise<void> {
    for (let request = 0; request < count; request += 1) {
      const response = await handle(event, {
        awsRequestId: 'memory',
        getRemainingTimeInMillis: () => 10_000,
      });
      const status = String(response.statusCode ?? response.isAuthorized);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  }

  await run(warmUp);
  const before = await heapUsed();
  await run(requests);
  // Connections close for themselves; timers of requests would still be there.
  const timers = process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
  const bytesPerRequest = ((await heapUsed()) - before) / requests;
  process.send?.({ bytesPerRequest, statuses, timers } satisfies MemoryResult, () => process.exit());
});

/** Bytes of the heap and of buffers outside, after garbage is collected. */
async function heapUsed(): Promise<number> {
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc?.();
    await wait(20);
  }
  const { heapUsed: heap, arrayBuffers } = process.memoryUsage();
  return heap + arrayBuffers;
}
