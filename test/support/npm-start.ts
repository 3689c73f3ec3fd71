/** What `npm start` runs, in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Started {
  child: ChildProcess;
  /** Resolves with the exit code and the signal. */
  exited: Promise<unknown[]>;
  output(): string;
}

/**
 * Starts it on free ports, and waits until it prints `until` or exits.
 * @param project the folder of the project.
 */
export async function npmStart(
  args: string[] = [],
  environment: Record<string, string> = {},
  until = 'Ctrl-C stops it.',
  project = ROOT,
): Promise<Started> {
  const child = spawn(
    process.execPath,
    [join(project, 'infra/run.js'), join(project, 'local/start.ts'), ...args],
    {
      env: { ...process.env, PORT: '0', DYNAMODB_PORT: '0', CONSOLE_PORT: '0', ...environment },
    },
  );
  let output = '';
  const reached = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      output += data;
      if (output.includes(until)) reached.resolve();
    });
  }
  const exited = once(child, 'exit');
  await Promise.race([reached.promise, exited]);
  return { child, exited, output: () => output };
}
