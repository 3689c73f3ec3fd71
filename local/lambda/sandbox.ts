/** The thread in which a function runs: loads its bundle once and calls its handler for each invocation. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { followClock } from './clock.ts';
import type { InvokeMessage, InvokeReply, SandboxData } from './lambda.ts';

type LambdaHandler = (event: unknown, context: object) => Promise<unknown>;

const { directory, handler, clock, isDebugged } = workerData as SandboxData;
if (clock) followClock(clock);
process.setSourceMapsEnabled(true);
if (isDebugged) withoutDeadlines();
const [file = '', exported = ''] = handler.split('.');

// Lambda's own order (its developer guide, "Define Lambda function handler in Node.js").
const path = ['.js', '.mjs', '.cjs'].map((suffix) => join(directory, file + suffix)).find(existsSync);
if (!path) throw new Error(`no ${file}.js, .mjs or .cjs in ${directory}`);
const handle: LambdaHandler = (await import(pathToFileURL(path).href))[exported];

parentPort?.on('message', async ({ requestId, event, deadline }: InvokeMessage) => {
  let reply: InvokeReply;
  try {
    const context = { awsRequestId: requestId, getRemainingTimeInMillis: () => deadline - Date.now() };
    reply = { requestId, result: await handle(event, context) };
  } catch (error) {
    reply = { requestId, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  parentPort?.postMessage(reply);
});

/** While a debugger pauses a function, its time passes: a deadline would be over at the next step. */
function withoutDeadlines(): void {
  const { setTimeout: realSetTimeout } = globalThis;
  const patient = (run: (...args: unknown[]) => void, milliseconds = 0, ...args: unknown[]) =>
    realSetTimeout(run, milliseconds < 500 ? milliseconds : 2 ** 31 - 1, ...args);
  globalThis.setTimeout = patient as typeof setTimeout;
  // The clock that the functions measure their budgets by (functions/aws/deadlines.ts).
  process.uptime = () => 0;
}
