/** `npm start`: hosts the stack on this machine until Ctrl-C. */
import { ConfigError } from '../config.ts';
import { SESSIONS_PATH } from '../routes.ts';
import { type LocalHost, startHost } from './host.ts';
import { readLocalSettings } from './settings.ts';

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
  await printTour(host);
  print('Ctrl-C stops it.');
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exit(1);
}

/** Where everything is, and the sample sessions with what each answers: asked, not assumed. */
async function printTour({ url, stack, dynamodb, samples }: LocalHost): Promise<void> {
  print();
  print(`Sessions API   ${url}`);
  for (const { method, path } of stack.routes) print(`               ${method} ${path}`);
  print(`DynamoDB       ${dynamodb.endpoint}, table ${stack.tables.map(({ name }) => name).join(', ')}`);
  print();
  if (samples.length === 0) return;
  const rows = [['Try', 'Answers', 'Because the session is']];
  for (const { session, state } of samples) {
    const address = `${url}${SESSIONS_PATH}/${session.sessionId}`;
    rows.push([`curl ${address}`, await summary(address), state]);
  }
  for (const line of aligned(rows)) print(line);
  print();
}

async function summary(address: string): Promise<string> {
  const response = await fetch(address);
  const { timeRemaining, isNearExpiration, error } = (await response.json()) as {
    timeRemaining?: number;
    isNearExpiration?: boolean;
    error?: { code: string };
  };
  if (timeRemaining === undefined) return `${response.status} ${error?.code}`;
  const minutes = Math.round(timeRemaining / 60_000);
  return `${response.status} ${minutes} min remain${isNearExpiration ? ', isNearExpiration' : ''}`;
}

/** Rows of equally many cells as lines, each column as wide as its widest cell. */
function aligned(rows: string[][]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
