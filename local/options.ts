/** Options of `npm start`: environment variables and flags for this machine, `-c key=value` for the stack. */
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { COMMAND } from '#installation';
import { API_KEY } from '../functions/auth/api-keys.ts';
import { StartError } from './start-error.ts';
import type { Detail } from './terminal.ts';

export interface LocalOptions {
  /** Where the API is served, on 127.0.0.1. 0 takes any free port. */
  port: number;
  /** Where the embedded DynamoDB is served, on 127.0.0.1. */
  dynamodbPort: number;
  /** A DynamoDB that already runs, used instead of the embedded one. */
  dynamodbEndpoint: string | undefined;
  /** The folder in which the embedded DynamoDB keeps its data; in memory when undefined. */
  dataDirectory: string | undefined;
  /** What callers may send as X-API-KEY; undefined makes one up. */
  apiKeys: string[] | undefined;
  /** Where the local issuer of tokens is served, on 127.0.0.1. */
  jwtIssuerPort: number;
  /** CDK context, as `cdk deploy -c key=value` would give it. */
  context: Record<string, string>;
}

/** No setting, and free ports: for a host beside others. */
export const ON_FREE_PORTS: LocalOptions = {
  ...{ port: 0, dynamodbPort: 0, jwtIssuerPort: 0, context: {} },
  ...{ dynamodbEndpoint: undefined, dataDirectory: undefined, apiKeys: undefined },
};

/** Options of the process, besides the host's. */
export interface StartOptions extends LocalOptions {
  /** Where the console is served; undefined takes 3001, or any other when it is taken. */
  consolePort: number | undefined;
  detail: Detail;
  watch: boolean;
  inspect: boolean;
  /** A URL on this machine that receives each event. */
  eventsTo: string | undefined;
}

/** @throws StartError that says in one line what to change. */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): StartOptions {
  const { context, data, ...flags } = parsed(args);
  const dataDirectory = data === undefined ? undefined : toFolder(data, environment);
  const dynamodbEndpoint = endpoint(environment);
  if (dataDirectory !== undefined && dynamodbEndpoint !== undefined) {
    throw new StartError('--data: only with the embedded DynamoDB, without DYNAMODB_ENDPOINT');
  }
  return {
    port: port(environment, 'PORT', 3000),
    dynamodbPort: port(environment, 'DYNAMODB_PORT', 8000),
    dynamodbEndpoint,
    dataDirectory,
    apiKeys: apiKeys(environment, context),
    jwtIssuerPort: port(environment, 'JWT_ISSUER_PORT', 8001),
    consolePort: environment['CONSOLE_PORT'] ? port(environment, 'CONSOLE_PORT', 0) : undefined,
    context,
    ...flags,
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

function port(environment: Environment, variable: string, byDefault: number): number {
  const text = environment[variable];
  if (!text) return byDefault;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new StartError(`${variable}=${text}: expected a port, 0 to 65535 (0 takes any free one)`);
  }
  return Number(text);
}

export function endpoint(environment: Environment, variable = 'DYNAMODB_ENDPOINT'): string | undefined {
  const text = environment[variable];
  if (!text) return undefined;
  const url = URL.parse(text);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new StartError(`${variable}=${text}: expected a URL such as http://127.0.0.1:8000`);
  }
  if (`${url.origin}/` !== url.href)
    throw new StartError(`${variable}=${text}: expected no path, query or user, only ${url.origin}`);
  return url.origin;
}

/** As a shell would have it, which leaves the `~` of `--data=~/x`; npm runs scripts in the project's folder. */
function toFolder(data: string, { INIT_CWD: typedIn = '.' }: Environment): string {
  return resolve(typedIn, data.replace(/^~(?=\/|$)/, homedir()));
}

function apiKeys(
  { API_KEYS: text }: Environment,
  context: Readonly<Record<string, string>>,
): string[] | undefined {
  if (!text) return undefined;
  if (context['auth'] !== 'api-key') throw new StartError('API_KEYS: only with -c auth=api-key');
  const keys = text.split(',');
  if (!keys.every((key) => API_KEY.test(key))) {
    throw new StartError('API_KEYS: expected keys of 1 to 256 visible ASCII characters with commas between');
  }
  return keys;
}

const USAGE = `${COMMAND} --help shows the options`;

function parsed(args: readonly string[]) {
  const { context = [], data, quiet, verbose, watch = false, inspect = false, ...rest } = parse(args);
  const eventsTo = rest['events-to'];
  if (data === '') throw new StartError(`--data: expected a folder; ${USAGE}`);
  if (quiet && verbose) throw new StartError('--quiet and --verbose: choose one');
  if (inspect && !watch) throw new StartError('--inspect: only with npm run dev -- --inspect');
  if (eventsTo !== undefined) checkEventsTo(eventsTo, context);
  const pairs = context.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new StartError(`-c ${pair}: expected key=value; ${USAGE}`);
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
  return {
    context: Object.fromEntries(pairs),
    data,
    detail: (quiet ? 'quiet' : verbose ? 'everything' : 'failures') as Detail,
    watch,
    inspect,
    eventsTo,
  };
}

/** Events carry ids of sessions, which are secrets: they stay on this machine. */
function checkEventsTo(text: string, context: readonly string[]): void {
  const url = URL.parse(text);
  const isLocal = url !== null && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url?.protocol !== 'http:' || !isLocal)
    throw new StartError(`--events-to ${text}: expected a URL such as http://127.0.0.1:4000/events`);
  if (!context.includes('events=on')) throw new StartError('--events-to: only with -c events=on');
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        context: { type: 'string', short: 'c', multiple: true },
        data: { type: 'string' },
        'events-to': { type: 'string' },
        quiet: { type: 'boolean' },
        verbose: { type: 'boolean' },
        watch: { type: 'boolean' },
        inspect: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new StartError(`${(error as Error).message.split(/\.\s/)[0]}; ${USAGE}`);
  }
}
