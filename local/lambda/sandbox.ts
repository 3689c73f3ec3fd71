/** The thread in which a function runs: loads its bundle once and calls its handler for each invocation. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { followClock } from '../clock.ts';
import { describeError } from './describe-error.ts';
import { functionArn } from './function-arn.ts';
import type { InvokeMessage, InvokeReply, LogMessage, SandboxData } from './lambda.ts';

type LambdaHandler = (event: unknown, context: object) => Promise<unknown>;

const { name, directory, handler, clock, isDebugged, failures } = workerData as SandboxData;
const INIT = 'init';
/** The request that the running code belongs to, or `INIT`. */
const requests = new AsyncLocalStorage<string>();
/** Of lines: what was written of one, by request. */
const unfinished = new Map<string | undefined, { decoder: StringDecoder; text: string }>();
capture(process.stdout);
capture(process.stderr);
if (failures !== undefined) subscribe(failures, (thrown) => log('failure', describeError(thrown)));
if (clock) followClock(clock);
process.setSourceMapsEnabled(true);
if (isDebugged) withoutDeadlines();
const [file = '', exported = ''] = handler.split('.');

// Lambda's own order (its developer guide, "Define Lambda function handler in Node.js").
const path = ['.js', '.mjs', '.cjs'].map((suffix) => join(directory, file + suffix)).find(existsSync);
if (!path) throw new Error(`no ${file}.js, .mjs or .cjs in ${directory}`);
const handle: LambdaHandler = (await requests.run(INIT, () => import(pathToFileURL(path).href)))[exported];

parentPort?.on('message', async ({ requestId, event, timeoutMs }: InvokeMessage) => {
  const deadline = performance.now() + timeoutMs;
  let reply: InvokeReply;
  try {
    const context = {
      awsRequestId: requestId,
      invokedFunctionArn: functionArn(name),
      getRemainingTimeInMillis: () => deadline - performance.now(),
    };
    reply = { requestId, result: await requests.run(requestId, () => handle(event, context)) };
  } catch (error) {
    reply = { requestId, failure: describeError(error) };
  }
  requests.run(requestId, flush, requestId);
  parentPort?.postMessage(reply);
});

/** Sends what is written as lines of the request that wrote it, in place of a stream that mixes them. */
function capture(stream: NodeJS.WriteStream): void {
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    const encoding = rest.find((one) => typeof one === 'string') as BufferEncoding | undefined;
    const requestId = requests.getStore();
    const { decoder, text } = unfinished.get(requestId) ?? { decoder: new StringDecoder(), text: '' };
    const written = decoder.write(
      typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Buffer.from(chunk),
    );
    const [last = '', ...lines] = (text + written).split('\n').reverse();
    for (const line of lines.reverse()) log('line', line);
    unfinished.set(requestId, { decoder, text: last });
    const callback = rest.at(-1);
    if (typeof callback === 'function') callback();
    return true;
  };
}

/** Logs the line that a request has begun and not ended. */
function flush(requestId: string | undefined): void {
  const { decoder, text } = unfinished.get(requestId) ?? {};
  const rest = (text ?? '') + (decoder?.end() ?? '');
  unfinished.delete(requestId);
  if (rest) log('line', rest);
}

function log(kind: 'line' | 'failure', text: string): void {
  const requestId = requests.getStore();
  const line = { requestId, kind: requestId === INIT ? ('init' as const) : kind, text };
  parentPort?.postMessage(line satisfies LogMessage);
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
