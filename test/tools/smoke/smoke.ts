/**
 * `npm run smoke -- URL [options]` tells whether a deployment works: it creates sessions, takes them through
 * their lives and deletes them.
 *
 *   --key KEY      an API key
 *   --token TOKEN  a token
 *   --user UUID    with --token: the user that it names (default: its sub)
 */
import { parseArgs } from 'node:util';
import { decodeJwt } from 'jose';
import { UUID } from '../../../functions/session/session.ts';
import { type Result, runSmoke } from './smoke-run.ts';

const USAGE =
  "usage: npm run smoke -- https://<ApiUrl> [--key <API key> | --token <token> [--user <UUID, by default the token's sub>]]";

try {
  const { url, credentials, userId } = readArguments(process.argv.slice(2));
  console.log(`Trying ${url}\n`);
  const counts: Partial<Record<Result['outcome'], number>> = {};
  let isStopped = false;
  process.once('SIGINT', () => {
    isStopped = true;
  });
  for await (const result of runSmoke({ url, credentials }, userId)) {
    print(result);
    counts[result.outcome] = (counts[result.outcome] ?? 0) + 1;
    // Leaving the loop deletes what was created.
    if (isStopped) break;
  }
  const summary = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`);
  console.log(`\n${summary.join(', ')}`);
  process.exitCode = counts.WRONG || isStopped ? 1 : 0;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

/** @throws Error with what to type instead. */
function readArguments(args: string[]) {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { key: { type: 'string' }, token: { type: 'string' }, user: { type: 'string' } },
  });
  const { key, token, user } = values;
  const url = URL.parse(positionals[0] ?? '');
  if (!url?.protocol.startsWith('http') || positionals.length > 1 || (key && token)) throw new Error(USAGE);
  const userId = user ?? (token === undefined ? undefined : subjectOf(token)) ?? crypto.randomUUID();
  if (!UUID.test(userId)) throw new Error('--user: must be a UUID');
  return {
    url: url.origin,
    userId,
    credentials: {
      ...(key !== undefined && { 'x-api-key': key }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
  };
}

/** The token's user if it is a UUID, which it must be only where users own sessions. */
function subjectOf(token: string): string | undefined {
  try {
    const { sub } = decodeJwt(token);
    return sub !== undefined && UUID.test(sub) ? sub : undefined;
  } catch {
    throw new Error('--token: is not a JWT');
  }
}

function print({ outcome, name, request = '', response = '', why, look }: Result): void {
  console.log(`${outcome.padEnd(13)} ${name.padEnd(44)} ${response.padEnd(13)} ${request}`.trimEnd());
  if (why) console.log(`${' '.repeat(14)}${why}`);
  if (look) console.log(`${' '.repeat(14)}look: ${look}`);
}
