/** The local host as others have it: packed, and installed into an empty folder. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TemporaryDirectory } from '../../../local/temporary-directory.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const run = promisify(execFile);
const directory = new TemporaryDirectory();
afterAll(() => directory[Symbol.dispose]());
const folder = join(directory.path, 'front-end');

beforeAll(async () => {
  const dist = join(directory.path, 'dist');
  const build = ['--disable-warning=ExperimentalWarning', 'infra/run.js', 'local/package/build.ts'];
  await run(process.execPath, [...build, '--outdir', dist], { cwd: ROOT });
  const { stdout } = await run('npm', ['pack', dist, '--json'], { cwd: directory.path });
  const archive = join(directory.path, JSON.parse(stdout)[0].filename);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  await run('npm', ['install', '--no-audit', '--no-fund', archive], { cwd: folder });
}, 300_000);

/** A program of the folder, run to its end. */
async function runProgram(source: string): Promise<unknown> {
  const file = join(folder, `program-${Math.random().toString(36).slice(2)}.js`);
  writeFileSync(file, `import { start } from 'sessions-api-local';\n${source}`);
  const { stdout } = await run(process.execPath, [file], { cwd: folder });
  return JSON.parse(stdout);
}

describe('start()', () => {
  it('serves the routes on a free port to those who may call, with the console, until it is closed', async () => {
    const result = await runProgram(`
      const sessions = await start({ settings: { auth: 'api-key', corsOrigins: 'http://localhost:5173' } });
      const url = sessions.url + '/api/messaging/sessions/fresh';
      const headers = { ...sessions.headers, origin: 'http://localhost:5173' };
      const response = await fetch(url, { headers });
      const statuses = [response.status, (await fetch(url)).status];
      for (const path of ['/', '/swagger-ui.css', '/openapi.json'])
        statuses.push((await fetch(sessions.consoleUrl + path)).status);
      const allowed = response.headers.get('access-control-allow-origin');
      const { sessionId } = await response.json();
      await sessions.close();
      const after = await fetch(url, { headers }).then(() => 'served', () => 'closed');
      console.log(JSON.stringify({ statuses, allowed, sessionId, after }));
    `);
    expect(result).toEqual({
      statuses: [200, 401, 200, 200, 200],
      allowed: 'http://localhost:5173',
      sessionId: 'fresh',
      after: 'closed',
    });
  });

  it("takes nothing of its program's environment: no other DynamoDB, no keys, no folder of npm's", async () => {
    const result = await runProgram(`
      Object.assign(process.env, {
        ...{ DYNAMODB_ENDPOINT: 'http://127.0.0.1:9', API_KEYS: 'a', INIT_CWD: '/', npm_config_call: 'A=b c' },
      });
      const sessions = await start({ data: './kept' });
      const { status } = await fetch(sessions.url + '/api/messaging/sessions/health');
      await sessions.close();
      console.log(status);
    `);
    expect(result).toBe(200);
    expect(existsSync(join(folder, 'kept'))).toBe(true);
  });

  it('throws what is wrong with a setting', async () => {
    const message = await runProgram(`
      const error = await start({ settings: { timeoutMinutes: '0' } }).catch((error) => error);
      console.log(JSON.stringify(error.message));
    `);
    expect(message).toMatch(/^-c timeoutMinutes=0: expected a whole number from 1 to 10080$/);
  });

  it('ends with the program that has started it, however that ends', async () => {
    writeFileSync(
      join(folder, 'killed.js'),
      `import { start } from 'sessions-api-local';
       console.log((await start()).url);
       setInterval(() => {}, 1000);`,
    );
    const child = spawn(process.execPath, ['killed.js'], { cwd: folder });
    const [url] = await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await expect
      .poll(() => fetch(`${url}`.trim()).then(String, () => 'gone'), { timeout: 8_000 })
      .toBe('gone');
  });

  it('lets a program end that has forgotten to close it', async () => {
    await expect(runProgram("await start(); console.log('1')")).resolves.toBe(1);
  });
});

describe('the command', () => {
  it.each([
    ['-c', 'list=on'],
    ['--', '-c', 'list=on'],
  ])('takes the settings of the stack: %s', async (...args) => {
    const child = spawn('npx', ['--no-install', 'sessions-api-local', ...args], {
      cwd: folder,
      detached: true,
      env: { ...process.env, PORT: '0', DYNAMODB_PORT: '0', CONSOLE_PORT: '0' },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
    await expect.poll(() => output, { timeout: 20_000 }).toContain('Ctrl-C stops it.');
    const [, url] = output.match(/^API +(\S+)/m) ?? [];
    expect((await fetch(`${url}`)).status).toBe(200);
    process.kill(-(child.pid ?? 0), 'SIGINT');
    await once(child, 'exit');
  });

  it('reports nothing to anybody when it is installed', () => {
    expect(existsSync(join(folder, 'node_modules/@scarf'))).toBe(false);
    const manifest = readFileSync(join(folder, 'node_modules/sessions-api-local/package.json'), 'utf8');
    expect(JSON.parse(manifest)).not.toHaveProperty('scripts');
  });
});
