/** Commands in processes of their own, which end with the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import { close, listen } from '../../local/loopback.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let child: ChildProcess | undefined;
afterEach(() => {
  try {
    // With all that it has started.
    process.kill(-(child?.pid ?? 0), 'SIGKILL');
  } catch {
    // Nothing is left.
  }
});

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0);
  await close(server);
  return port;
}

/** Starts a command, and waits until it prints `until`. */
export async function start(
  command: string,
  args: string[],
  until: string,
  environment: Record<string, string> = {},
) {
  const port = await freePort();
  const started = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, PORT: `${port}`, DYNAMODB_PORT: '0', CONSOLE_PORT: '0', ...environment },
    detached: true,
  });
  child = started;
  let output = '';
  const reached = Promise.withResolvers<void>();
  for (const stream of [started.stdout, started.stderr])
    stream.on('data', (data) => {
      output += data;
      if (output.includes(until)) reached.resolve();
    });
  await reached.promise;
  return { child: started, url: `http://127.0.0.1:${port}/api/messaging/sessions`, output: () => output };
}

export async function isGone(url: string): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (!(await fetch(url).catch(() => undefined))) return true;
    await delay(100);
  }
  return false;
}
