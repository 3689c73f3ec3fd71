import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { sessionItem } from '../../support/session-item.ts';
import { createSessionsTable } from '../../support/sessions-table.ts';

const START = fileURLToPath(new URL('../../../infra/local/start.ts', import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'sessions-api-start-'));
let child: ChildProcess | undefined;

afterEach(() => child?.kill('SIGKILL'));
afterAll(() => rmSync(temporary, { recursive: true }));

/** Runs what `npm start` runs until it prints `until` or exits. */
async function start(environment: Record<string, string>, args: string[] = [], until = 'Ctrl-C stops it.') {
  const started = spawn(process.execPath, [START, ...args], {
    env: { ...process.env, PORT: '0', DYNAMODB_PORT: '0', TMPDIR: temporary, ...environment },
  });
  child = started;
  let output = '';
  const reached = Promise.withResolvers<void>();
  for (const stream of [started.stdout, started.stderr]) {
    stream.on('data', (data) => {
      output += data;
      if (output.includes(until)) reached.resolve();
    });
  }
  const exited = once(started, 'exit');
  await Promise.race([reached.promise, exited]);
  return { started, exited, output: () => output };
}

describe('npm start', () => {
  it('prints for each sample session a curl that answers what it says, and Ctrl-C leaves nothing behind', async () => {
    const { started, exited, output } = await start({});
    const rows = [...output().matchAll(/^curl (http\S+\/[a-z-]+)\s+(\d{3}) /gm)];
    expect(rows.map(([, url]) => url?.split('/').at(-1))).toEqual([
      'fresh',
      'near-expiry',
      'expired',
      'no-auto-renew',
      'at-maximum',
    ]);
    for (const [, url = '', status] of rows) expect((await fetch(url)).status).toBe(Number(status));
    expect(output()).toMatch(/near-expiry .*isNearExpiration/);
    const life = [...output().matchAll(/^curl .*# (\d{3})/gm)].map(([, status]) => status);
    expect(life).toEqual(['201', '200', '200', '200', '200']);

    started.kill('SIGINT');
    expect(await exited).toEqual([0, null]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it.each([
    [
      'keys',
      { API_KEYS: 'k1,k2' },
      ['-c', 'auth=api-key'],
      /^API keys {7}k1, k2\n[\s\S]*^key='k1'\ncurl -H "x-api-key: \$key" /m,
    ],
    [
      'tokens',
      { JWT_ISSUER_PORT: '0' },
      ['-c', 'auth=jwt', '-c', 'ownerClaim=sub'],
      /Tokens +from http:\/\/127[\s\S]*^token=eyJ[\w.-]+\ncurl -H "authorization: Bearer \$token" /m,
    ],
  ])('prints what to send to an API with %s', async (_what, environment, args, printed) => {
    const { started, exited, output } = await start(environment as Record<string, string>, args);
    expect(output()).toMatch(printed);
    const life = [...output().matchAll(/^curl .*# (\d{3})/gm)].map(([, status]) => status);
    expect(life).toEqual(['201', '200', '200', '200', '200']);
    started.kill('SIGINT');
    await exited;
  });

  it('leaves nothing behind when it is stopped while it starts', async () => {
    const { started, exited } = await start({}, [], 'Bundling');
    started.kill('SIGINT');
    expect(await exited).toEqual([0, null]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('leaves a table alone that was already there, and serves what is in it', async () => {
    const table = await createSessionsTable();
    try {
      await table.put(sessionItem({ sessionId: 'mine' }));
      const { output } = await start({ DYNAMODB_ENDPOINT: table.endpoint });
      const [, url] = output().match(/Sessions API\s+(\S+)/) ?? [];
      expect((await fetch(`${url}/api/messaging/sessions/mine`)).status).toBe(200);
      expect(await table.items()).toHaveLength(1);
    } finally {
      await table.close();
    }
  });

  it.each([
    [{ PORT: 'abc' }, [], /^PORT=abc: expected a port/],
    [{}, ['-c', 'stage=production'], /^-c stage=production: expected one of dev, prod$/m],
    [{}, ['--help-me'], /usage: npm start/],
    [
      { DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' },
      [],
      /^No DynamoDB that can be used at http:\/\/127.0.0.1:1: .+$/m,
    ],
  ])('says in one line what is wrong and exits with 1: %j %j', async (environment, args, message) => {
    const { exited, output } = await start(environment, args);
    expect(await exited).toEqual([1, null]);
    expect(output()).toMatch(message);
    expect(output()).not.toMatch(/^\s+at /m);
  });

  it.each(['PORT', 'DYNAMODB_PORT'])(
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
