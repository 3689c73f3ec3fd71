/** `npm start`: hosts the stack on this machine until Ctrl-C. */
import { ConfigError } from '../config-error.ts';
import { type LocalHost, startHost } from './host.ts';
import { readLocalSettings } from './settings.ts';
import { tour } from './tour.ts';

const print = (line = '') => console.log(line);

let host: LocalHost | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, async () => {
    print('\n· Stopping');
    await host?.close();
    process.exit(0);
  });
}

try {
  const settings = readLocalSettings(process.argv.slice(2), process.env);
  host = await startHost(settings, { log: process.stdout, progress: (line) => print(`· ${line}`) });
  for (const line of await tour(host)) print(line);
  print('Ctrl-C stops it.');
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exit(1);
}
