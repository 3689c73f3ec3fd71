/** The embedded DynamoDB, in a thread of its own: what breaks it does not break the host. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export interface EmbeddedDynamoDB {
  endpoint: string;
  close(): Promise<void>;
}

/** What the thread is started with. */
export interface EmbeddedOptions {
  port: number;
  /** The folder that keeps the data; in memory when undefined. */
  directory: string | undefined;
}

/** What the thread says when it listens, or that it can't. */
export type EmbeddedReady = { port: number } | { code: string | undefined; message: string };

/** The code of the error when the folder can't be used. */
export const DATA_UNUSABLE = 'DATA_UNUSABLE';

/** What the thread is told before it is ended. */
export const CLOSE = 'close';

/** How long the thread may take to close its files, in milliseconds. */
const CLOSE_DEADLINE_MS = 5_000;

/**
 * Starts a DynamoDB on 127.0.0.1. Rejects with EADDRINUSE when the port is taken, with DATA_UNUSABLE when the
 * folder can't be used: another process uses it, for one.
 * @param directory where it keeps its data. What it has answered is there even when it is killed.
 */
export async function startEmbeddedDynamoDB(port: number, directory?: string): Promise<EmbeddedDynamoDB> {
  const workerData: EmbeddedOptions = { port, directory };
  const worker = new Worker(new URL('./embedded-dynamodb-thread.ts', import.meta.url), { workerData });
  const ready = await readyOf(worker);
  if ('message' in ready) {
    await worker.terminate();
    throw Object.assign(new Error(ready.message), { code: ready.code });
  }
  return {
    endpoint: `http://127.0.0.1:${ready.port}`,
    close: async () => {
      if (directory !== undefined) {
        worker.postMessage(CLOSE);
        await once(worker, 'message', { signal: AbortSignal.timeout(CLOSE_DEADLINE_MS) }).catch(() => {});
      }
      await worker.terminate();
    },
  };
}

/** The first message of ours: `node --watch` sends some of its own over the same channel. */
async function readyOf(worker: Worker): Promise<EmbeddedReady> {
  for (;;) {
    const [message] = (await once(worker, 'message')) as [EmbeddedReady | object];
    if ('port' in message || 'message' in message) return message;
  }
}
