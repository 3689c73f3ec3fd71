/** The client as others have it: packed and installed, under each kind of auth, on Node.js 20 where there is one. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TemporaryDirectory } from '../../../local/temporary-directory.ts';
import type { AccessKind } from '../../support/global-setup.ts';
import { startTestHost } from '../../support/hosts.ts';
import { AGENT_ID } from '../../support/session-item.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const HERE = fileURLToPath(new URL('.', import.meta.url));
const run = promisify(execFile);
const directory = new TemporaryDirectory();
afterAll(() => directory[Symbol.dispose]());
const folder = join(directory.path, 'page');
const dist = join(directory.path, 'dist');
let archive = '';

beforeAll(async () => {
  await run(process.execPath, ['infra/run.js', 'client/package/build.ts', '--outdir', dist], { cwd: ROOT });
  const { stdout } = await run('npm', ['pack', dist, '--json'], { cwd: directory.path });
  archive = join(directory.path, JSON.parse(stdout)[0].filename);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const packages = ['typescript@5.9.3', 'react@18', 'react-dom@18', '@types/react@18'];
  await run('npm', ['install', '--no-audit', '--no-fund', archive, ...packages], { cwd: folder });
  cpSync(join(HERE, 'life.mjs'), join(folder, 'life.mjs'));
}, 300_000);

/** Every Node.js of this machine: the one that runs this, and those of the PATH. */
const nodes = [
  ...new Set([
    process.execPath,
    ...(process.env['PATH'] ?? '')
      .split(delimiter)
      .map((path) => join(path, 'node'))
      .filter((path) => existsSync(path)),
  ]),
];

describe.each(['none', 'api-key', 'jwt', 'owner'] as AccessKind[])('under auth %s', (access) => {
  let served: Awaited<ReturnType<typeof startTestHost>>;
  beforeAll(async () => {
    served = await startTestHost({ access });
  });
  afterAll(() => served.close());

  it.each(nodes)('lives a session on %s', async (node) => {
    const { host } = served;
    const user = '6f1b6f0e-7d5c-4d3a-9a51-2b8f6a0f3c11';
    const headers = host.access.tokenFor
      ? { authorization: `Bearer ${await host.access.tokenFor(user)}` }
      : host.access.caller.headers;
    const environment = { BASE_URL: host.url, HEADERS: JSON.stringify(headers), USER: user, AGENT: AGENT_ID };
    const { stdout } = await run(node, ['life.mjs'], {
      cwd: folder,
      env: { ...process.env, ...environment },
    });
    expect(stdout).toMatch(/^done on v/);
  });
});

describe('the package', () => {
  it.each([
    ['publint', ['--strict']],
    ['attw', []],
  ])('has no fault that %s finds', async (tool, flags) => {
    const target = tool === 'attw' ? archive : dist;
    await expect(run('npx', ['--no-install', tool, ...flags, target], { cwd: ROOT })).resolves.toBeDefined();
  });

  it.each(['cts', 'mts'])('type-checks strictly with TypeScript 5 from %s', async (extension) => {
    const source = `
      import { createSessionsClient, SessionsApiError, watchSession, type Session } from 'sessions-api-client';
      import { useSession } from 'sessions-api-client/react';
      const client = createSessionsClient({ baseUrl: '' });
      export const id: Promise<string> = client.get('a').then((session: Session) => session.sessionId);
      export const status: number = new SessionsApiError({ status: 1, code: '', message: '' }).status;
      watchSession(client, 'a').on('near', ({ remaining }) => remaining.toFixed());
      export const Page = () => useSession(client, 'a').status;
      // @ts-expect-error exactly one of the two
      void client.deleteAll({ userId: 'u', agentId: 'a' });
    `;
    writeFileSync(join(folder, `types.${extension}`), source);
    const flags = [
      '--noEmit',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--module',
      'nodenext',
      '--lib',
      'es2022,dom',
    ];
    const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
    await run(process.execPath, [tsc, ...flags, `types.${extension}`], { cwd: folder }).catch(
      ({ stdout }) => {
        throw new Error(stdout);
      },
    );
  });

  it('renders on a server with React 18', async () => {
    const source = `
      import { createElement } from 'react';
      import { renderToString } from 'react-dom/server';
      import { createSessionsClient } from 'sessions-api-client';
      import { useSession } from 'sessions-api-client/react';
      const client = createSessionsClient({ baseUrl: 'http://127.0.0.1:9' });
      console.log(renderToString(createElement(() => createElement('p', null, useSession(client, 'a').status))));
    `;
    writeFileSync(join(folder, 'server.mjs'), source);
    const { stdout } = await run(process.execPath, ['server.mjs'], { cwd: folder });
    expect(stdout).toBe('<p>loading</p>\n');
  });
});
