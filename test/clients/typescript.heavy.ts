import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../infra/routes.ts';
import { TemporaryDirectory } from '../../local/temporary-directory.ts';
import { startTestHost } from '../support/hosts.ts';
import { openapi } from '../support/openapi.ts';

const run = promisify(execFile);
const SOURCE = fileURLToPath(new URL('./typescript', import.meta.url));
const OPENAPI = fileURLToPath(new URL('../../openapi.yaml', import.meta.url));

describe('a client that is generated for TypeScript', () => {
  const directory = new TemporaryDirectory();
  let started: Awaited<ReturnType<typeof startTestHost>>;
  beforeAll(async () => {
    started = await startTestHost();
    cpSync(SOURCE, directory.path, { recursive: true });
    const cwd = directory.path;
    await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd });
    await run('npx', ['--no-install', 'openapi-typescript', OPENAPI, '-o', 'generated/sessions-api.d.ts'], {
      cwd,
    });
  }, 120_000);
  afterAll(async () => {
    directory[Symbol.dispose]();
    await started.close();
  });

  it('compiles and calls every operation', async () => {
    const compiled = await run('npx', ['--no-install', 'tsc', '-p', '.'], { cwd: directory.path }).catch(
      (it) => it,
    );
    expect(compiled.stdout).toBe('');
    const { life } = await import(pathToFileURL(join(directory.path, 'generated/life.js')).href);
    const statuses: Record<string, number> = await life(started.host.url);
    const served = routes.flatMap(({ path }) => Object.values(openapi.paths[path] ?? {}));
    const ids = served.flatMap((operation) =>
      'operationId' in operation ? [String(operation.operationId)] : [],
    );
    expect(Object.keys(statuses).sort()).toEqual([...new Set(ids)].sort());
    const { createSession, postMessage, getMessages, ...others } = statuses;
    expect([createSession, postMessage, getMessages]).toEqual([201, 405, 405]);
    expect(Object.values(others)).toEqual(Object.values(others).map(() => 200));
  }, 60_000);
});
