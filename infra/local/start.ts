/** `npm start`: hosts the stack on this machine until Ctrl-C. */
import { ConfigError } from '../config-error.ts';
import { banner } from './banner.ts';
import { type LocalHost, startHost } from './host.ts';
import { readOptions } from './options.ts';

const print = (line = '') => console.log(line);

/** How long an orderly end may take, in milliseconds. */
const STOP_DEADLINE_MS = 10_000;

let starting: Promise<LocalHost> | undefined;
let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, async () => {
    isStopping = true;
    print('\n· Stopping');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), STOP_DEADLINE_MS).unref();
    // What is starting is let to start: what is half up can't be taken down in order.
    const host = await starting?.catch(() => undefined);
    await host?.close();
    process.exit(0);
  });
}

try {
  const settings = readOptions(process.argv.slice(2), process.env);
  starting = startHost(settings, { log: process.stdout, progress: (line) => print(`· ${line}`) });
  const host = await starting;
  for (const line of await banner(host)) print(line);
  print('Ctrl-C stops it.');
} catch (error) {
  // The tour's requests fail when the host stops under them.
  if (!isStopping) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
