/**
 * `npm start -- [options]` hosts the stack on this machine until Ctrl-C; without a clone of the repository it is
 * `npx --no-install sessions-api-local [options]`. `npm run dev -- [options]` also serves a saved file under
 * functions/ at once, and names sources in stacks.
 *
 *   -c key=value   a setting of the stack, as for `cdk deploy`; may be repeated
 *   --data folder  keeps the sessions in this folder (default: in memory)
 *   --events-to U  posts each event of a session to this URL on this machine, with -c events=on
 *   --quiet        prints no line for each request
 *   --verbose      prints all that the functions log, their init included
 *   --inspect      with `npm run dev`: lets a debugger attach on port 9229
 *
 * The console, on port 3001, serves the API's description for generators of clients: /openapi.json. It moves the
 * clock and makes requests fail (docs/local-development.md).
 *
 * Environment variables: PORT (3000), DYNAMODB_PORT (8000), CONSOLE_PORT (3001), JWT_ISSUER_PORT (8001);
 * DYNAMODB_ENDPOINT, a DynamoDB to use instead of the embedded one; API_KEYS, with commas between.
 */
import { spawnSync } from 'node:child_process';
import { url as inspectorUrl, open as openInspector } from 'node:inspector';
import { isatty } from 'node:tty';
import { toSources, watchFunctions } from '#installation';
import { banner } from './banner.ts';
import { startConsole } from './console/server.ts';
import { forwarder } from './events/forward.ts';
import { startHost } from './host.ts';
import { readOptions, type StartOptions } from './options.ts';
import { explain } from './start-error.ts';
import { createTerminal } from './terminal.ts';
import type { Watching } from './watch.ts';

/** How long an orderly end may take, in milliseconds: a thread that a debugger has paused never ends. */
const STOP_DEADLINE_MS = 5_000;
const DEBUGGED_DEADLINE_MS = 500;

const running = new AsyncDisposableStack();
let starting: Promise<unknown> | undefined;
let isStopping = false;

async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  console.log('\n· Stopping');
  setTimeout(end, inspectorUrl() ? DEBUGGED_DEADLINE_MS : STOP_DEADLINE_MS).unref();
  // Finish starting first: a half-started host cannot be shut down cleanly.
  await starting?.catch(() => undefined);
  await running.disposeAsync();
  if (inspectorUrl()) end();
  process.exit(0);
}

/** Ends the process as it is, less its temporary files. A shell has no word for SIGINT, but one for SIGKILL. */
function end(): void {
  for (const listener of process.listeners('exit')) listener.call(process, 1);
  process.removeAllListeners('SIGINT');
  // Node.js waits for an attached debugger to leave, even before it kills itself.
  if (process.platform !== 'win32') spawnSync('kill', ['-INT', String(process.pid)]);
  process.kill(process.pid, 'SIGKILL');
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);
// The program that has started this one has ended, or has closed it.
process.on('disconnect', stop);
// Node.js resets the signals that nohup ignores: without a terminal, one that closes is not ours.
if ([0, 1, 2].some((descriptor) => isatty(descriptor))) process.on('SIGHUP', stop);
else process.on('SIGHUP', () => {});
// The process reading our output may exit first (EPIPE), or its disk may be full.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (isStopping) return;
  if (error.code !== 'EPIPE') console.error(`The output can't be written: ${error.message}`);
  void stop();
});

try {
  const options = readOptions(process.argv.slice(2), process.env);
  starting = start(options);
  await starting;
} catch (error) {
  if (!isStopping) {
    const line = explain(error);
    if (line === undefined) throw error;
    console.error(line);
    process.exit(1);
  }
}

async function start(options: StartOptions): Promise<void> {
  if (options.inspect) openInspector(9229, '127.0.0.1');
  const terminal = createTerminal(process.stdout, options.detail, toSources);
  const { port, dynamodbPort, jwtIssuerPort } = options;
  const page = await startConsole(options.consolePort, [port, dynamodbPort, jwtIssuerPort]);
  running.defer(() => page.close());
  const { eventsTo } = options;
  const forward = eventsTo === undefined ? undefined : forwarder(eventsTo, (line) => terminal.onNote(line));
  console.log('· Synthesizing the stack and bundling its functions');
  let watching: Watching | undefined;
  const host = await startHost(options, {
    settle: async () => watching?.settle(),
    onLog: terminal.onLog,
    onRequest(request) {
      terminal.onRequest(request);
      page.onRequest(request);
    },
    onEvent(event) {
      terminal.onEvent(event);
      forward?.(event);
    },
    isDebugged: options.inspect,
  });
  running.defer(() => host.close());
  page.attach(host);
  if (options.watch) watching = running.use(await watchFunctions(host.functions, console.log));
  for (const line of banner(host, page.url, options.dataDirectory)) console.log(line);
  // A program that has started this one (local/package/index.ts).
  const { caller, tokenUrl, key } = host.access;
  process.send?.({ url: host.url, consoleUrl: page.url, headers: caller.headers, tokenUrl, key });
}
