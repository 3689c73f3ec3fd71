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
}

/** What the thread says when it listens, or that it can't. */
export type EmbeddedReady = { port: number } | { code: string | undefined; message: string };

/** Starts an in-memory DynamoDB on 127.0.0.1; rejects with EADDRINUSE when the port is taken. */
export async function startEmbeddedDynamoDB(port: number): Promise<EmbeddedDynamoDB> {
  const workerData: EmbeddedOptions = { port };
  const worker = new Worker(new URL('./embedded-dynamodb-thread.ts', import.meta.url), { workerData });
  const [ready] = (await once(worker, 'message')) as [EmbeddedReady];
  if ('message' in ready) {
    await worker.terminate();
    throw Object.assign(new Error(ready.message), { code: ready.code });
  }
  return {
    endpoint: `http://127.0.0.1:${ready.port}`,
    close: async () => {
      await worker.terminate();
    },
  };
}
