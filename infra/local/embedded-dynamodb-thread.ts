/** The thread in which the embedded DynamoDB (dynalite) runs. */
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import dynalite from 'dynalite';
import type { EmbeddedOptions, EmbeddedReady } from './embedded-dynamodb.ts';

const tell = (ready: EmbeddedReady) => parentPort?.postMessage(ready);

// dynalite throws out of its event handlers for some malformed requests; the others must not pay for it.
process.on('uncaughtException', (error) => console.error(`Embedded DynamoDB: ${error.message}`));

const { port } = workerData as EmbeddedOptions;
const server = dynalite({ createTableMs: 0 });
server.once('error', (error: NodeJS.ErrnoException) => tell({ code: error.code, message: error.message }));
server.listen(port, '127.0.0.1', () => tell({ port: (server.address() as AddressInfo).port }));
