/** The thread in which a function runs: loads its bundle once and calls its handler for each invocation. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { followClock } from '../clock.ts';
import type { InvokeMessage, InvokeReply, LogMessage, SandboxData } from './lambda.ts';

type LambdaHandler = (event: unknown, context: object) => Promise<unknown>;

const { directory, handler, clock, isDebugged, failures } = workerData as SandboxData;
/** The request that the running code belongs to. */
const requests = new AsyncLocalStorage<string>();
let isInit = true;
capture(process.stdout);
capture(process.stderr);
if (failures !== undefined) subscribe(failures, (thrown) => log('failure', describe(thrown)));
if (clock) followClock(clock);
process.setSourceMapsEnabled(true);
if (isDebugged) withoutDeadlines();
const [file = '', exported = ''] = handler.split('.');

// Lambda's own order (its developer guide, "Define Lambda function handler in Node.js").
const path = ['.js', '.mjs', '.cjs'].map((suffix) => join(directory, file + suffix)).find(existsSync);
if (!path) throw new Error(`no ${file}.js, .mjs or .cjs in ${directory}`);
const handle: LambdaHandler = (await import(pathToFileURL(path).href))[exported];
isInit = false;

parentPort?.on('message', async ({ requestId, event, timeoutMs }: InvokeMessage) => {
  const deadline = performance.now() + timeoutMs;
  let reply: InvokeReply;
  try {
    const context = { awsRequestId: requestId, getRemainingTimeInMillis: () => deadline - performance.now() };
    reply = { requestId, result: await requests.run(requestId, () => handle(event, context)) };
  } catch (error) {
    reply = { requestId, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  parentPort?.postMessage(reply);
});

/** Sends what is written as lines of the request that wrote it, in place of a stream that mixes them. */
function capture(stream: NodeJS.WriteStream): void {
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    for (const line of text.replace(/\n$/, '').split('\n')) log('line', line);
    const callback = rest.at(-1);
    if (typeof callback === 'function') callback();
    return true;
  };
}

function log(kind: 'line' | 'failure', text: string): void {
  const requestId = requests.getStore();
  parentPort?.postMessage({ requestId, kind: isInit ? 'init' : kind, text } satisfies LogMessage);
}

/** Name, message and frames, and the same of its causes. An error's own stack may have another name. */
function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `Thrown: ${inspect(thrown)}`;
  const { name, message, stack = '', cause } = thrown;
  const isOfFunction = (line: string) =>
    /^ {4}at (?!.*\bnode:)/.test(line) && !line.includes(import.meta.url);
  const frames = stack.split('\n').filter(isOfFunction);
  const lines = [`${name}: ${message}`, ...frames];
  return [...lines, ...(cause === undefined ? [] : [`caused by ${describe(cause)}`])].join('\n');
}

/** While a debugger pauses a function, its time passes: a deadline would be over at the next step. */
function withoutDeadlines(): void {
  const { setTimeout: realSetTimeout } = globalThis;
  const patient = (run: (...args: unknown[]) => void, milliseconds = 0, ...args: unknown[]) =>
    realSetTimeout(run, milliseconds < 500 ? milliseconds : 2 ** 31 - 1, ...args);
  globalThis.setTimeout = patient as typeof setTimeout;
  // The clock that the functions measure their budgets by (functions/aws/deadlines.ts).
  process.uptime = () => 0;
}
