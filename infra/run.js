// Runs one of the project's commands on Node.js 24 or later: `node infra/run.js <file> [arguments]`. Plain
// JavaScript that Node.js 20 runs too: it starts the Node.js that `npm ci` installs where the running one is too
// old. By its path: npm before 11.6 leaves no link to it (npm/cli#4362), and PATH can't hold every folder.
// `--help` prints the comment at the head of the command's file.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import module from 'node:module';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { isatty } from 'node:tty';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Node.js's exit code for options that it doesn't know. */
const INVALID_ARGUMENT = 9;

const [node, , file = '', ...args] = process.argv;
const end = (/** @type {string} */ line) => {
  console.error(line);
  process.exit(1);
};

// `npm start -c key=value` without the `--` is npm's own option, and would start without the setting.
// `npx -c` has a command there, which is its own.
if (/^\w+=/.test(process.env['npm_config_call'] ?? ''))
  end(`npm took -c ${process.env['npm_config_call']} for itself. Write -- before it: npm start -- -c …`);
const asksForHelp = /\.(ts|mjs)$/.test(file) && args.some((arg) => arg === '--help' || arg === '-h');
if (asksForHelp) {
  const [, comment = ''] = readFileSync(file, 'utf8').match(/^\/\*\*([\s\S]*?)\*\//) ?? [];
  console.log(comment.replace(/^ \* ?/gm, '').trim());
} else {
  if (!findPackage('aws-cdk-lib')) end(`The packages are not installed. ${adviseInstall()}`);
  if (process.env['npm_lifecycle_event'] && process.platform !== 'win32') endWithNpm();
  if (canRun()) await run();
  else runOnInstalledNode();
}

/** Node.js 24 runs TypeScript and knows `using`. */
function canRun() {
  return Boolean(process.features.typescript) && 'AsyncDisposableStack' in globalThis;
}

async function run() {
  // Loopback never goes through a proxy (NODE_USE_ENV_PROXY).
  const variable = 'no_proxy' in process.env ? 'no_proxy' : 'NO_PROXY';
  process.env[variable] = [process.env[variable], 'localhost', '127.0.0.1'].filter(Boolean).join(',');
  // For the processes that this one starts, too: half a second of `npm start`, from its second time on.
  process.env['NODE_COMPILE_CACHE'] ??= join(ROOT, 'node_modules/.cache/compile');
  module.enableCompileCache();
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

/** The Node.js of `npm ci`, for this machine; undefined where it is not installed. */
function findInstalledNode() {
  const { optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return Object.keys(optionalDependencies)
    .map((name) => findPackage(name))
    .flatMap((path) => (path ? ['node', 'node.exe'].map((binary) => join(path, 'bin', binary)) : []))
    .find((path) => existsSync(path));
}

/** The folder of an installed package; those of one that is installed itself are beside it. @param {string} name */
function findPackage(name) {
  const beside = dirname(ROOT.replace(/[\\/]$/, ''));
  const folders = [join(ROOT, 'node_modules'), ...(basename(beside) === 'node_modules' ? [beside] : [])];
  return folders.map((path) => join(path, name)).find((path) => existsSync(path));
}

function runOnInstalledNode() {
  const installed = findInstalledNode();
  const options = process.env['NODE_OPTIONS'];
  if (!installed) {
    end(`Node.js ${process.version} is too old: this project needs 24. ${adviseInstall()}, which brings it.`);
    return;
  }
  if (installed === process.execPath)
    end(`NODE_OPTIONS=${options} turns TypeScript off. Unset NODE_OPTIONS.`);
  // Programs that are started by their name run on the same Node.js.
  process.env['PATH'] = dirname(installed) + delimiter + process.env['PATH'];
  // With the channel of a program that has started this one.
  const channel = process.send ? ['ipc'] : [];
  const stdio = ['inherit', 'inherit', 'inherit', ...channel];
  const child = spawn(installed, [...process.execArgv, ...process.argv.slice(1)], { stdio });
  child.on('message', (message) => process.send?.(message));
  process.on('disconnect', () => child.disconnect());
  // A terminal sends Ctrl-C to both; a second one would end a program that is cleaning up.
  process.on('SIGINT', () => isatty(0) || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('error', ({ message }) => end(`${installed} can't be started (${message}). ${adviseInstall()}`));
  child.once('exit', (code, signal) => {
    // It has said which of its options it doesn't know.
    if (code === INVALID_ARGUMENT && options)
      end(`NODE_OPTIONS=${options} is not for Node.js 24. Unset NODE_OPTIONS.`);
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function adviseInstall() {
  const isNew = !existsSync(join(ROOT, 'node_modules')) && process.env['NODE_ENV'] !== 'production';
  return `Run: npm ci${isNew ? '' : ' --include=dev --include=optional'}`;
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
  // The terminal was closed over a command without one (nohup): npm dies of it, the command lives on.
  if (![0, 1, 2].some((descriptor) => isatty(descriptor))) process.on('SIGHUP', () => clearInterval(timer));
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
