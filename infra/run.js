// Runs one of the project's commands: `node infra/run.js <file.ts> [arguments]`. Plain JavaScript,
// because it says which Node.js is missing to those that can't run TypeScript. `--help` prints the comment at
// the head of the command's file.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import module from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [node, , file = '', ...args] = process.argv;
const end = (/** @type {string} */ line) => {
  console.error(line);
  process.exit(1);
};

// `npm start -c key=value` without the `--` is npm's own option, and would start without the setting.
if (process.env['npm_config_call'])
  end(`npm took -c ${process.env['npm_config_call']} for itself. Write -- before it: npm start -- -c …`);
if (args.some((arg) => arg === '--help' || arg === '-h')) {
  const [, comment = ''] = readFileSync(file, 'utf8').match(/^\/\*\*([\s\S]*?)\*\//) ?? [];
  console.log(comment.replace(/^ \* ?/gm, '').trim());
} else {
  if (!existsSync(new URL('../node_modules/esbuild', import.meta.url)))
    end('The packages are not installed. Run: npm ci');
  if (!process.features.typescript)
    end(
      `Node.js ${process.version} can't run TypeScript. Run: npm ci, without --omit=optional. It installs Node.js 24 for all npm scripts.`,
    );
  // For the processes that this one starts, too: half a second of `npm start`, from its second time on.
  process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(
    new URL('../node_modules/.cache/compile', import.meta.url),
  );
  module.enableCompileCache();
  if (process.env['npm_lifecycle_event'] && process.platform !== 'win32') endWithNpm();
  // Chrome sees the threads that functions run in only with this flag, which no thread can set.
  const flag = '--experimental-worker-inspection';
  if (args.includes('--inspect') && !process.execArgv.includes(flag) && process.platform !== 'win32')
    process.execve(process.execPath, [process.execPath, flag, ...process.argv.slice(1)]);
  process.argv = [node ?? '', resolve(file), ...args];
  try {
    await import(pathToFileURL(resolve(file)).href);
  } catch (error) {
    if (!String(error.code).startsWith('ERR_PARSE_ARGS')) throw error;
    end(`${error.message.split(/\.\s/)[0]}; --help shows the options`);
  }
}

// npm passes no signal on, and leaves without a word (npm/cli#6684), as does the shell between, if there is one.
function endWithNpm() {
  const { ppid } = process;
  const { stdout } = spawnSync('ps', ['-o', 'ppid=,comm=', '-p', String(ppid)], { encoding: 'utf8' });
  const [, parent = '', name = ''] = stdout?.match(/^\s*(\d+)\s+(.*)$/m) ?? [];
  const npm = /(^|\/)-?(ba|da|z|k|a)?sh$/.test(name) ? Number(parent) : undefined;
  const timer = setInterval(() => {
    if (process.ppid === ppid && (npm === undefined || isAlive(npm))) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  timer.unref();
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
