import { type ChildProcess, execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { banner } from '../../local/banner.ts';
import { startTestHost } from '../support/hosts.ts';
import { npmStart } from '../support/npm-start.ts';
import { sessionItem } from '../support/session-item.ts';
import { createSessionsTable } from '../support/sessions-table.ts';

const temporary = mkdtempSync(join(tmpdir(), 'sessions-api-start-'));
let child: ChildProcess | undefined;

afterEach(() => child?.kill('SIGKILL'));
afterAll(() => rmSync(temporary, { recursive: true }));

async function start(environment: Record<string, string>, args: string[] = [], until?: string) {
  const started = await npmStart(args, { TMPDIR: temporary, ...environment }, until);
  child = started.child;
  return { ...started, started: started.child };
}

describe('npm start', () => {
  it('starts with a screen of 24 lines of 80 columns, and Ctrl-C leaves nothing behind', async () => {
    const { started, exited, output } = await start({});
    const lines = output().trimEnd().split('\n');
    // npm prints four lines before.
    expect(lines.length).toBeLessThanOrEqual(20);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    const url = output().match(/^curl (\S+)$/m)?.[1] ?? '';
    expect((await fetch(url)).status).toBe(200);
    started.kill('SIGINT');
    expect(await exited).toEqual([0, null]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it.each([
    ['api-key', /^key='\w+'\ncurl -H "x-api-key: \$key" http/m],
    ['owner', /^Tokens +http:[\s\S]*^token=\$\(curl -s \S+\)\ncurl -H "authorization: Bearer \$token" /m],
  ] as const)('prints what to send to an API with access by %s', async (access, printed) => {
    const { host, close } = await startTestHost({ access });
    const lines = banner(host, 'http://localhost:3001', undefined);
    expect(lines.join('\n')).toMatch(printed);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    const shell = [
      ...host.access.caller.shell,
      lines.find((line) => line.startsWith('curl')),
      lines.find((line) => line.startsWith('  http')),
    ];
    const { stdout } = await promisify(execFile)('sh', ['-c', shell.join('\n')]);
    expect(JSON.parse(stdout)).toMatchObject({ sessionId: 'fresh' });
    await close();
  });

  it('leaves nothing behind when it is stopped while it starts', async () => {
    const { started, exited } = await start({}, [], 'Synthesizing');
    started.kill('SIGINT');
    expect(await exited).toEqual([0, null]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('leaves a table alone that was already there, and serves what is in it', async () => {
    const table = await createSessionsTable();
    await table.put(sessionItem({ sessionId: 'mine' }));
    const { host, close } = await startTestHost({ dynamodbEndpoint: table.endpoint });
    expect(host.samples).toEqual([]);
    expect((await fetch(`${host.url}/api/messaging/sessions/mine`)).status).toBe(200);
    expect(await table.items()).toHaveLength(1);
    await close();
    await table.close();
  });

  it('says in one line that there is no DynamoDB where it is told to look', async () => {
    await expect(startTestHost({ dynamodbEndpoint: 'http://127.0.0.1:1' })).rejects.toThrow(
      /^No DynamoDB that can be used at http:\/\/127.0.0.1:1: .+$/,
    );
  });

  it('starts with an empty AWS_REGION, and asks no proxy for what is on this machine', async () => {
    const proxy = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: 'http://127.0.0.1:1', http_proxy: '' };
    const { output } = await start({ AWS_REGION: '', ...proxy }, ['-c', 'auth=jwt']);
    const [, script = ''] = output().match(/^(token=[\s\S]*?)\n\n/m) ?? [];
    const { stdout } = await promisify(execFile)('sh', ['-c', script], {
      env: { PATH: process.env['PATH'] },
    });
    expect(JSON.parse(stdout)).toMatchObject({ sessionId: 'fresh' });
  });

  it('says in one line that the disk is full', async () => {
    const command = 'ulimit -f 20; exec "$0" infra/run.js local/start.ts';
    const env = { ...process.env, TMPDIR: temporary, PORT: '0', DYNAMODB_PORT: '0', CONSOLE_PORT: '0' };
    const started = promisify(execFile)('sh', ['-c', command, process.execPath], { env });
    await expect(started).rejects.toMatchObject({ code: 1, stderr: 'EFBIG: file too large, write\n' });
  });

  it('says in one line that its output has no room', async () => {
    const command = 'exec "$0" infra/run.js local/start.ts > /dev/full';
    const env = { ...process.env, PORT: '0', DYNAMODB_PORT: '0', CONSOLE_PORT: '0' };
    const { stderr } = await promisify(execFile)('sh', ['-c', command, process.execPath], { env });
    expect(stderr).toBe("The output can't be written: ENOSPC: no space left on device, write\n");
  });

  it('says in one line that no file watch is left, and goes on', async () => {
    const preload = join(temporary, 'no-watch.mjs');
    const error = `Object.assign(new Error('ENOSPC: no watch'), { code: 'ENOSPC' })`;
    writeFileSync(
      preload,
      `import fs from 'node:fs'; import module from 'node:module';
       fs.watch = () => { throw ${error}; }; module.syncBuiltinESMExports();`,
    );
    const { started, exited, output } = await start({ NODE_OPTIONS: `--import ${preload}` }, ['--watch']);
    expect(output().match(/^Saved files may not be seen.*max_user_watches$/gm)).toHaveLength(1);
    const url = output().match(/^curl (\S+)$/m)?.[1] ?? '';
    expect((await fetch(url)).status).toBe(200);
    started.kill('SIGINT');
    await exited;
    rmSync(preload);
  });

  it.each([
    [{ TMPDIR: '/nonexistent' }, [], /^TMPDIR=\/nonexistent: no folder that can be written \(ENOENT\)$/m],
    [{ PORT: 'abc' }, [], /^PORT=abc: expected a port/],
    [{}, ['-c', 'stage=Prod'], /^-c stage=Prod: expected a name of 1 to 32 lower-case letters/m],
    [{}, ['-c', 'stage=prod'], /^-c stage=prod: say in cdk.json who may call/m],
    [{}, ['--help-me'], /npm start -- --help/],
  ])('says in one line what is wrong and exits with 1: %j %j', async (environment, args, message) => {
    const { exited, output } = await start(environment, args);
    expect(await exited).toEqual([1, null]);
    expect(output()).toMatch(message);
    expect(output()).not.toMatch(/^\s+at /m);
  });

  it.each(['PORT', 'DYNAMODB_PORT', 'CONSOLE_PORT'])(
    'says which variable changes a port that is taken: %s',
    async (variable) => {
      const taken = createServer().listen(0, '127.0.0.1');
      await once(taken, 'listening');
      const address = taken.address();
      const port = typeof address === 'object' ? String(address?.port) : '';
      const { exited, output } = await start({ [variable]: port });
      taken.close();
      expect(await exited).toEqual([1, null]);
      expect(output()).toContain(`Port ${port} is taken; choose another one with ${variable}=<port>`);
    },
  );
});
