/** The thread in which the embedded DynamoDB (dynalite) runs. */
import { mkdirSync, readdirSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import dynalite from 'dynalite';
import engine from 'dynalite/db/index.js';
import putItem from 'dynalite/validations/putItem.js';
import { isForThisMachine } from '../loopback.ts';
import {
  type ChangeMessage,
  CLOSE,
  DATA_UNUSABLE,
  type EmbeddedOptions,
  type EmbeddedReady,
  FLUSH,
  FOLLOW,
  type TableChange,
  WRITE_FAILED,
} from './embedded-dynamodb.ts';

const tell = (ready: EmbeddedReady) => parentPort?.postMessage(ready);

/** How long a folder is read for damage, in milliseconds. */
const CHECK_MS = 1_000;

let isListening = false;
// dynalite throws out of its event handlers for some malformed requests; the others must not pay for it.
process.on('uncaughtException', (error) => {
  if (!isListening) reject(error.message);
  console.error(`Embedded DynamoDB: ${error.message}`);
  // LevelDB writes nothing more until it is opened again; dynalite leaves requests without a response.
  if (!error.message.startsWith('IO error')) return;
  server.closeAllConnections();
  parentPort?.postMessage(WRITE_FAILED);
});

// DynamoDB gives back the item that a condition failed on, when it is asked to. dynalite does not know that.
putItem.types['ReturnValuesOnConditionCheckFailure'] = { type: 'String' };
const { checkConditional } = engine;
engine.checkConditional = (request, item) => {
  const failure = checkConditional(request, item);
  if (failure && item && request['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD')
    failure.body['Item'] = item;
  return failure;
};

// DynamoDB has a stream of changes. dynalite updates the indexes before each write, when it has both images.
let isFollowed = false;
const { updateIndexes } = engine;
engine.updateIndexes = (store, table, before, after, callback) =>
  updateIndexes(store, table, before, after, (error) => {
    if (!error && isFollowed) {
      const change: TableChange = { table: table.TableName, before, after };
      parentPort?.postMessage({ change } satisfies ChangeMessage);
    }
    callback(error);
  });

/** This machine's name in the containers of `sam local invoke` (test/support/sam-env.json). */
const CONTAINER_HOST = 'host.docker.internal';

const { port, directory } = workerData as EmbeddedOptions;
if (directory !== undefined) await assertUsable(directory);
const server = dynalite({ createTableMs: 0, ...(directory !== undefined && { path: directory }) });
// dynalite lets every page of every site call it from a browser. No page has business here.
const [handle] = server.listeners('request') as RequestListener[];
server.removeAllListeners('request');
server.on('request', (request, response) => {
  const isOwn = isForThisMachine(request.headers, [CONTAINER_HOST]);
  if (isOwn && request.headers.origin === undefined) handle?.call(server, request, response);
  else response.writeHead(403).end();
});

server.once('error', (error: NodeJS.ErrnoException) => tell({ code: error.code, message: error.message }));
server.listen(port, '127.0.0.1', () => {
  isListening = true;
  tell({ port: (server.address() as AddressInfo).port });
});

parentPort?.on('message', (message) => {
  if (message === FOLLOW) isFollowed = true;
  if (message === FLUSH) parentPort?.postMessage(FLUSH);
  if (message !== CLOSE) return;
  server.closeAllConnections();
  server.close(() => tell({ port }));
});

interface Database {
  open(): Promise<void>;
  iterator(options: { fillCache: boolean }): AsyncIterable<unknown>;
  close(): Promise<void>;
}

/** dynalite would listen and never respond. Its own database is opened, which one process can open. */
async function assertUsable(folder: string): Promise<void> {
  // Opening one that can't be made would not end.
  mkdirSync(folder, { recursive: true });
  const files = readdirSync(folder);
  // Every database of this kind has it.
  if (files.length > 0 && !files.includes('CURRENT')) reject('it holds other files; name a new folder');
  const { Level } = createRequire(createRequire(import.meta.url).resolve('dynalite'))('level') as {
    Level: new (folder: string) => Database;
  };
  const database = new Level(folder);
  try {
    await database.open();
    const started = performance.now();
    for await (const _ of database.iterator({ fillCache: false }))
      if (performance.now() - started > CHECK_MS) break;
    await database.close();
  } catch (error) {
    const { cause = error } = error as Error;
    const { code, message } = cause as Error & { code?: string };
    reject(code === 'LEVEL_LOCKED' ? 'another npm start uses it' : `it can't be read: ${message}`);
  }
}

function reject(message: string): never {
  tell({ code: DATA_UNUSABLE, message });
  process.exit();
}
