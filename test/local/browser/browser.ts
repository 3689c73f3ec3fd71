/**
 * `npm run test:browser` tests the console's page in a headless Chromium: the one on the PATH, or that of the
 * environment variable CHROMIUM. Where there is none it says so, and succeeds.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

const browser = [process.env['CHROMIUM'] ?? '', ...NAMES].find(
  (name) => name !== '' && !spawnSync(name, ['--version']).error,
);
if (browser === undefined) {
  console.log('Not tested: no Chromium was found. On Debian: apt install chromium');
} else {
  const vitest = join(createRequire(import.meta.url).resolve('vitest/package.json'), '../vitest.mjs');
  const config = fileURLToPath(new URL('./vitest.config.ts', import.meta.url));
  const { status } = spawnSync(
    process.execPath,
    [vitest, 'run', '--config', config, ...process.argv.slice(2)],
    {
      env: { ...process.env, CHROMIUM: browser },
      stdio: 'inherit',
    },
  );
  process.exitCode = status ?? 1;
}
