/**
 * `npm run footprint` measures how long `npm start` takes to its first response, and the memory of its whole tree
 * of processes, npm included, when it has been idle since. Linux only: proportional set size is in /proc.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { SESSIONS_PATH } from '../../../infra/routes.ts';
import { close, listen } from '../../../local/loopback.ts';

const MOST_MEGABYTES = 300;
const MOST_SECONDS = 3;

/** After the first response, in milliseconds: V8 gives memory back when nothing has happened for a while. */
const IDLE_MS = 10_000;
const START_DEADLINE_MS = 60_000;

if (process.platform !== 'linux') {
  console.log('Not measured: proportional set size is known on Linux only.');
  process.exit();
}
const [port, dynamodbPort, consolePort] = [await freePort(), await freePort(), await freePort()];
const started = performance.now();
const npm = spawn('npm', ['start'], {
  env: {
    ...process.env,
    PORT: `${port}`,
    DYNAMODB_PORT: `${dynamodbPort}`,
    CONSOLE_PORT: `${consolePort}`,
  },
  stdio: ['ignore', 'ignore', 'inherit'],
  detached: true,
});
try {
  await firstResponse(`http://127.0.0.1:${port}${SESSIONS_PATH}/fresh`);
  const seconds = (performance.now() - started) / 1000;
  await delay(IDLE_MS);
  const megabytes = treeOf(npm.pid ?? 0).reduce((sum, pid) => sum + proportionalSetSize(pid), 0);
  console.log(`first response after ${seconds.toFixed(2)} s, at most ${MOST_SECONDS} on two idle cores`);
  console.log(`idle, ${megabytes.toFixed(0)} MB of proportional set size, at most ${MOST_MEGABYTES}`);
  process.exitCode = seconds <= MOST_SECONDS && megabytes <= MOST_MEGABYTES ? 0 : 1;
} finally {
  process.kill(-(npm.pid ?? 0), 'SIGTERM');
  await once(npm, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer();
  const free = await listen(server, 0);
  await close(server);
  return free;
}

async function firstResponse(url: string): Promise<void> {
  while (performance.now() - started < START_DEADLINE_MS && npm.exitCode === null) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await delay(10);
  }
  throw new Error(`npm start did not respond within ${START_DEADLINE_MS} ms`);
}

/** The process and all that descend from it. */
function treeOf(root: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const children = pids.filter((pid) => parentOf(pid) === root).flatMap((pid) => treeOf(Number(pid)));
  return [root, ...children];
}

function parentOf(pid: string): number | undefined {
  try {
    // The name before it is in parentheses, and may have any character.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]);
  } catch {
    // It has ended.
    return undefined;
  }
}

/** In megabytes: memory shared with other processes counts for a share. */
function proportionalSetSize(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(rollup.match(/^Pss:\s+(\d+)/m)?.[1]) / 1024;
}
