import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { TemporaryDirectory } from '../../local/temporary-directory.ts';
import { isGone, start } from '../support/processes.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** Another name of the Node.js of `npm ci`, which does not know what that one knows. */
const OLD = [
  join(ROOT, 'node_modules/.cache/old-node'),
  '--import',
  'data:text/javascript,if (process.execPath.endsWith("old-node")) delete globalThis.AsyncDisposableStack',
] as const;
beforeAll(() => {
  mkdirSync(dirname(OLD[0]), { recursive: true });
  rmSync(OLD[0], { force: true });
  linkSync(process.execPath, OLD[0]);
});

/** Runs a shell command in a terminal of its own, which closes when this program ends. */
const TERMINAL = `
import os, pty, select, sys
pid, terminal = pty.fork()
if pid == 0: os.execvp('sh', ['sh', '-c', sys.argv[1] + '; true'])
while True:
  for source in select.select([terminal, 0], [], [])[0]:
    os.write(1 if source == terminal else terminal, os.read(source, 9999))
`;

/** A command that npm has started ends with it. */
const WITHOUT_NPM = { npm_lifecycle_event: '' };

const inTerminal = (command: string[], until: string) =>
  start('python3', ['-c', TERMINAL, command.map((word) => `'${word}'`).join(' ')], until, WITHOUT_NPM);

describe('a command in a terminal', () => {
  it('ends when the terminal is closed', async () => {
    const terminal = await inTerminal(
      [process.execPath, 'infra/run.js', 'local/start.ts'],
      'Ctrl-C stops it.',
    );
    terminal.child.kill('SIGKILL');
    // No request before, whose line could not be printed.
    await delay(3000);
    await expect(fetch(terminal.url)).rejects.toThrow('fetch failed');
  });

  it('gets one Ctrl-C, also through the Node.js that is too old', async () => {
    using directory = new TemporaryDirectory();
    const file = join(directory.path, 'count.mjs');
    const count =
      "let n = 0; process.on('SIGINT', () => n++ || setTimeout(() => console.log(n + ' came'), 500));";
    writeFileSync(file, `${count} setTimeout(process.exit, 3000); console.log('ready');`);
    const { child, output } = await inTerminal([...OLD, 'infra/run.js', file], 'ready');
    child.stdin?.write('\x03');
    await once(child, 'exit');
    expect(output()).toContain('1 came');
  });
});

describe('a command', () => {
  it.each(['start', 'dev', 'seed', 'load', 'fuzz', 'soak', 'bench', 'smoke', 'memory', 'footprint'])(
    'says with --help how it is used: npm run %s',
    async (command) => {
      const { stdout } = await run('npm', ['run', '-s', command, '--', '--help'], { cwd: ROOT });
      expect(stdout).toMatch(command === 'dev' ? /`npm run dev/ : /^`npm (run )?\w+/);
      expect(stdout).not.toMatch(/\*\//);
    },
  );

  it.each([
    ['soak', ['5'], /Unexpected argument '5'/],
    ['fuzz', ['--bogus'], /Unknown option '--bogus'/],
    ['memory', ['--bogus'], /Unknown option '--bogus'/],
    ['bench', ['--bogus'], /Unknown option '--bogus'/],
    ['fuzz', ['--only', 'typo'], /^--only typo: there is no such target/],
    ['bench', ['--functions', 'Nope'], /^--functions Nope: not one of/],
  ])('says in one line what is wrong: npm run %s -- %j', async (command, args, message) => {
    const run = promisify(execFile)('npm', ['run', '-s', command, '--', ...args], { cwd: ROOT });
    await expect(run).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(message) });
    await expect(run).rejects.not.toMatchObject({ stderr: expect.stringMatching(/\n./) });
  });

  it.each(['2.150.0 36.0.0', '3.0.0 43.0.0'])(
    "says in one line that a machine's cdk is too old: %s",
    async (versions) => {
      const [CDK_CLI_VERSION, CDK_CLI_ASM_VERSION] = versions.split(' ');
      const env = { ...process.env, CDK_CLI_VERSION, CDK_CLI_ASM_VERSION };
      const started = run(process.execPath, ['infra/run.js', 'infra/app.ts'], { cwd: ROOT, env });
      await expect(started).rejects.toMatchObject({
        stderr: `cdk ${CDK_CLI_VERSION} is too old for this app. Run the project's own: npx cdk deploy\n`,
      });
    },
  );

  it('does not start without the setting that npm took for its own option', async () => {
    const started = run('npm', ['start', '-c', 'auth=api-key'], { cwd: ROOT });
    await expect(started).rejects.toMatchObject({ stderr: expect.stringContaining('npm start -- -c') });
  });

  it('is not mistaken for an option of npm when npx runs it', async () => {
    const { stdout } = await run('npx', ['--no-install', '-c', 'npm run -s event -- --help'], { cwd: ROOT });
    expect(stdout).toContain('npm run -s event');
  });

  it('passes on each exit code of the Node.js that runs it', async () => {
    using directory = new TemporaryDirectory();
    const file = join(directory.path, 'nine.mjs');
    writeFileSync(file, 'process.exit(9)');
    const [old, ...flags] = OLD;
    const ended = run(old, [...flags, 'infra/run.js', file], { cwd: ROOT });
    await expect(ended).rejects.toMatchObject({ code: 9, stderr: '' });
  });

  describe('on a machine whose Node.js is too old', () => {
    const [old, ...flags] = OLD;
    const command = [...flags, 'infra/run.js', 'local/start.ts'];

    it('starts the Node.js that npm ci has installed, and passes signals on to it', async () => {
      const host = await start(old, command, 'Ctrl-C stops it.');
      expect((await fetch(`${host.url}/fresh`)).status).toBe(200);
      host.child.kill('SIGTERM');
      expect(await once(host.child, 'exit')).toEqual([0, null]);
      expect(await isGone(host.url)).toBe(true);
    });

    it('says that NODE_OPTIONS is not for that Node.js', async () => {
      const env = { ...process.env, NODE_OPTIONS: '--no-experimental-strip-types' };
      const started = run(process.execPath, ['infra/run.js', 'local/start.ts'], { cwd: ROOT, env });
      await expect(started).rejects.toMatchObject({
        stderr: 'NODE_OPTIONS=--no-experimental-strip-types turns TypeScript off. Unset NODE_OPTIONS.\n',
      });
    });

    it.each([
      ['nothing is installed', [], {}, 'The packages are not installed. Run: npm ci\n'],
      [
        'NODE_ENV leaves packages out',
        [],
        { NODE_ENV: 'production' },
        'The packages are not installed. Run: npm ci --include=dev --include=optional\n',
      ],
      [
        'only dependencies are installed',
        ['valibot'],
        {},
        'The packages are not installed. Run: npm ci --include=dev --include=optional\n',
      ],
      [
        'the Node.js of npm ci is left out',
        ['aws-cdk-lib'],
        {},
        `Node.js ${process.version} is too old: this project needs 24. Run: npm ci --include=dev --include=optional, which brings it.\n`,
      ],
    ])('says in one line what to install: %s', async (_case, packages, environment, line) => {
      using copy = new TemporaryDirectory();
      for (const file of ['infra/run.js', 'package.json']) {
        mkdirSync(dirname(join(copy.path, file)), { recursive: true });
        cpSync(join(ROOT, file), join(copy.path, file));
      }
      for (const name of packages) mkdirSync(join(copy.path, 'node_modules', name), { recursive: true });
      const started = run(old, command, { cwd: copy.path, env: { ...process.env, ...environment } });
      await expect(started).rejects.toMatchObject({ code: 1, stderr: line });
    });
  });
});
