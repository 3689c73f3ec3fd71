/**
 * Installs what the bench alone needs: AWS's runtime interface client, which compiles native code for half a
 * minute. Silent but for a line of progress, and for npm's output when it fails.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { progress } from '../progress.ts';

const DIRECTORY = fileURLToPath(new URL('.', import.meta.url));

/** Programs that the compilation runs; either of each line will do. */
const NEEDED = [['g++', 'c++'], ['make'], ['cmake', 'cmake3'], ['python3'], ['taskset']];

/** Exits with 1, and a line that says why, where it can't be installed. */
export async function install(): Promise<void> {
  const missing = NEEDED.filter((names) => names.every((name) => spawnSync(name, ['--version']).error)).map(
    ([name]) => name,
  );
  if (process.platform !== 'linux' || missing.length > 0) {
    const what = process.platform === 'linux' ? missing.join(', ') : 'Linux';
    console.error(`The bench needs ${what}. On Debian: apt install g++ make cmake python3 util-linux`);
    process.exit(1);
  }
  const started = performance.now();
  const show = () =>
    progress(
      `compiling AWS's runtime interface client: ${Math.round((performance.now() - started) / 1000)} s`,
    );
  show();
  const timer = setInterval(show, process.stderr.isTTY ? 1000 : 10_000);
  const npm = spawn('npm', ['--prefix', DIRECTORY, 'ci', '--no-fund', '--no-audit'], {
    // node-gyp would fetch Node's headers from the internet; they are beside the Node that runs this.
    env: {
      ...process.env,
      npm_config_nodedir: fileURLToPath(new URL('..', pathToFileURL(process.execPath))),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors, [code]] = await Promise.all([text(npm.stdout), text(npm.stderr), once(npm, 'exit')]);
  clearInterval(timer);
  progress('');
  if (code === 0) return;
  console.error(`${output}${errors}`);
  process.exit(1);
}
