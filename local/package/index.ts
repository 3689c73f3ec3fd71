/** What the package exports: the local host, for a test or a front-end's development server. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export interface StartOptions {
  /**
   * Settings of the stack, as after `-c`: `{ corsOrigins: 'http://localhost:5173', auth: 'api-key' }`.
   * @default - those of a stack of the stage dev
   */
  readonly settings?: Readonly<Record<string, string>>;
  /**
   * The port of the API on 127.0.0.1.
   * @default 0, any free one
   */
  readonly port?: number;
  /**
   * A folder that keeps the sessions.
   * @default - in memory
   */
  readonly data?: string;
  /**
   * A URL on this machine that receives each event of a session, with the setting `events: 'on'`.
   * @default - none
   */
  readonly eventsTo?: string;
}

/** A host that runs. */
export interface LocalSessionsApi {
  /** `http://localhost:<port>`, the base URL of the API. */
  readonly url: string;
  /** The page with sessions and requests. */
  readonly consoleUrl: string;
  /** Headers of a caller who may call: empty on a public API. */
  readonly headers: Readonly<Record<string, string>>;
  /** With `auth=jwt`: gives a user's token with `?userId=<UUID>`, a service's with `?service`. */
  readonly tokenUrl?: string;
  /** With `auth=iam`: signs requests, for the service execute-api in the region us-east-1 or AWS_REGION. */
  readonly key?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Stops it. */
  close(): Promise<void>;
}

const RUN = fileURLToPath(new URL('../../infra/run.js', import.meta.url));
const START = fileURLToPath(new URL('../start.ts', import.meta.url));

/**
 * Starts the API on this machine, in a process of its own that ends with this one.
 * @throws Error with the host's output, such as an invalid setting.
 */
export async function start({
  settings = {},
  port = 0,
  data,
  eventsTo,
}: StartOptions = {}): Promise<LocalSessionsApi> {
  const context = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const args = ['--quiet', ...context, ...(data === undefined ? [] : [`--data=${resolve(data)}`])];
  if (eventsTo !== undefined) args.push(`--events-to=${eventsTo}`);
  const child = spawn(process.execPath, [RUN, START, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      ...process.env,
      ...{ PORT: String(port), DYNAMODB_PORT: '0', CONSOLE_PORT: '0', JWT_ISSUER_PORT: '0' },
      // The caller's own: no other DynamoDB than the embedded one, no word of npm's on how this was started.
      ...{ DYNAMODB_ENDPOINT: undefined, API_KEYS: undefined, npm_config_call: undefined },
    },
  });
  const exited = once(child, 'exit');
  const printed = child.stderr ? text(child.stderr) : Promise.resolve('');
  const ready = once(child, 'message').then(([message]) => message as Omit<LocalSessionsApi, 'close'>);
  const failed = exited.then(async () => {
    throw new Error((await printed).trim() || 'The local Sessions API has ended');
  });
  failed.catch(() => {});
  const running = await Promise.race([ready, failed]);
  // A program that has ended otherwise need not wait for it.
  child.unref();
  child.channel?.unref();
  (child.stderr as Socket | null)?.unref();
  return {
    ...running,
    async close() {
      child.ref();
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
