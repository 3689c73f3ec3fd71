import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isGone, start } from '../support/processes.ts';

describe('the process of npm start', () => {
  it.each(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    'ends when npm, which passes nothing on, gets a %s',
    async (signal) => {
      const npm = await start('npm', ['start'], 'Ctrl-C stops it.');
      expect((await fetch(`${npm.url}/fresh`)).status).toBe(200);
      npm.child.kill(signal);
      expect(await isGone(npm.url)).toBe(true);
    },
  );

  it.each(['bash', 'dash'])(
    'lives on when the script that started npm in the background ends, and npm uses %s',
    async (shell) => {
      const script = await start('bash', ['-c', 'npm start & sleep 4'], 'Ctrl-C stops it.', {
        npm_config_script_shell: shell,
      });
      await once(script.child, 'exit');
      // Twice as long as parents are looked at.
      await delay(1000);
      expect((await fetch(`${script.url}/fresh`)).status).toBe(200);
    },
  );

  it('runs under node --watch', async () => {
    const watched = await start(process.execPath, ['--watch', 'local/start.ts'], 'Ctrl-C stops it.');
    expect((await fetch(`${watched.url}/fresh`)).status).toBe(200);
  });

  it('lives on when the terminal closes that it was started in with nohup', async () => {
    const script = await start('nohup', ['npm', 'start'], 'Ctrl-C stops it.');
    process.kill(-(script.child.pid ?? 0), 'SIGHUP');
    // Twice as long as parents are looked at.
    await delay(1000);
    expect((await fetch(`${script.url}/fresh`)).status).toBe(200);
  });
});
