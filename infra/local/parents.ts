/** npm and the shell between it and this process, which end without telling it (npm/cli#6684). */
import { spawnSync } from 'node:child_process';

const INTERVAL_MS = 500;

/** Calls back once when one of them is gone. Does nothing where npm did not start this process. */
export function onParentsGone(callback: () => void): void {
  if (!process.env['npm_lifecycle_event'] || process.platform === 'win32') return;
  const { ppid } = process;
  const npm = Number(spawnSync('ps', ['-o', 'ppid=', '-p', String(ppid)], { encoding: 'utf8' }).stdout);
  const timer = setInterval(() => {
    if (process.ppid === ppid && (!npm || isAlive(npm))) return;
    clearInterval(timer);
    callback();
  }, INTERVAL_MS);
  timer.unref();
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
