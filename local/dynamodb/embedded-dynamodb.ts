/** The embedded DynamoDB, in a thread of its own: what breaks it does not break the host. */

import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export interface EmbeddedDynamoDB {
  endpoint: string;
  /** Receives each change of an item from now on. */
  follow(listener: (change: TableChange) => void): void;
  /** Resolves when the listener has every change up to now. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** The thread's workerData. */
export interface EmbeddedOptions {
  port: number;
  /** The folder that keeps the data; in memory when undefined. */
  directory: string | undefined;
  /** The URL of a module that the thread loads before dynalite. */
  preload: string | undefined;
}

/** A write to an item, or its deletion: the item before and after, in DynamoDB's form. */
export interface TableChange {
  table: string;
  before?: Record<string, AttributeValue> | undefined;
  after?: Record<string, AttributeValue> | null | undefined;
}
export interface ChangeMessage {
  change: TableChange;
}

/** The message that makes the thread send changes; the one that it sends back when it has sent them. */
export const FOLLOW = 'follow';
export const FLUSH = 'flush';

/** The thread's first message: it listens, or can't. */
export type EmbeddedReady = { port: number } | { code: string | undefined; message: string };

/** The code of the error when the folder can't be used. */
export const DATA_UNUSABLE = 'DATA_UNUSABLE';

/** The message that makes the thread close its files. */
export const CLOSE = 'close';

/** How long the thread may take to close its files, in milliseconds. */
const CLOSE_DEADLINE_MS = 5_000;

/** The thread's message after a failed write, such as on a full disk. */
export const WRITE_FAILED = 'write failed';

/** How often a folder is tried that took no more data, in milliseconds. */
const RETRY_MS = 500;

/** What opening it may write: LevelDB's log has up to 4 MB, which become a file of sorted data. */
const ROOM_BYTES = 5 * 2 ** 20;

/**
 * Starts a DynamoDB on 127.0.0.1. Rejects with EADDRINUSE when the port is taken, with DATA_UNUSABLE when the
 * folder can't be used: another process uses it, for one.
 * @param directory where it keeps its data. Acknowledged writes survive a kill. After a full disk it opens the
 * data again as soon as there is room.
 */
export async function startEmbeddedDynamoDB(
  port: number,
  directory?: string,
  preload?: string,
): Promise<EmbeddedDynamoDB> {
  let { worker, port: taken } = await startThread({ port, directory, preload });
  const stopping = new AbortController();
  let reopening: Promise<void> | undefined;
  let listener: ((change: TableChange) => void) | undefined;
  const watch = () => {
    worker.on('message', (message) => {
      if (message === WRITE_FAILED && directory !== undefined) reopening ??= reopen(directory);
      else if (typeof message === 'object' && 'change' in message) listener?.(message.change);
    });
    if (listener) worker.postMessage(FOLLOW);
  };
  watch();

  async function reopen(folder: string): Promise<void> {
    while (await wait(RETRY_MS, stopping.signal)) {
      if (!hasRoom(folder)) continue;
      await worker.terminate();
      try {
        ({ worker, port: taken } = await startThread({ port: taken, directory: folder, preload }));
        watch();
        reopening = undefined;
        console.error(`Embedded DynamoDB: ${folder} has room again`);
        return;
      } catch {
        // The room was too little, or another program has the port: tried again.
      }
    }
  }

  return {
    endpoint: `http://127.0.0.1:${taken}`,
    follow(receive) {
      listener = receive;
      worker.postMessage(FOLLOW);
    },
    async flush() {
      const { promise, resolve } = Promise.withResolvers<void>();
      const asked = worker;
      const onMessage = (message: unknown) => message === FLUSH && resolve();
      asked.on('message', onMessage);
      // A thread that is replaced or closed has nothing more to send.
      asked.once('exit', resolve);
      asked.postMessage(FLUSH);
      await promise;
      asked.off('message', onMessage);
      asked.off('exit', resolve);
    },
    close: async () => {
      stopping.abort();
      await reopening;
      // A thread that can't write closes nothing.
      if (directory !== undefined && !reopening) {
        worker.postMessage(CLOSE);
        await once(worker, 'message', { signal: AbortSignal.timeout(CLOSE_DEADLINE_MS) }).catch(() => {});
      }
      await worker.terminate();
    },
  };
}

async function startThread(workerData: EmbeddedOptions): Promise<{ worker: Worker; port: number }> {
  const { preload } = workerData;
  const worker = new Worker(new URL('./embedded-dynamodb-thread.ts', import.meta.url), {
    workerData,
    execArgv: preload === undefined ? [] : ['--import', preload],
  });
  const ready = await readyOf(worker);
  if (!('message' in ready)) return { worker, port: ready.port };
  await worker.terminate();
  throw Object.assign(new Error(ready.message), { code: ready.code });
}

/** @returns false as soon as it is stopped. */
const wait = (milliseconds: number, signal: AbortSignal): Promise<boolean> =>
  delay(milliseconds, true, { signal }).catch(() => false);

function hasRoom(directory: string): boolean {
  const file = join(directory, 'room');
  try {
    writeFileSync(file, Buffer.alloc(ROOM_BYTES));
    return true;
  } catch {
    return false;
  } finally {
    rmSync(file, { force: true });
  }
}

/** The first message of ours: `node --watch` sends some of its own over the same channel. */
async function readyOf(worker: Worker): Promise<EmbeddedReady> {
  for (;;) {
    const [message] = (await once(worker, 'message')) as [EmbeddedReady | object];
    if (typeof message === 'object' && ('port' in message || 'message' in message)) return message;
  }
}
