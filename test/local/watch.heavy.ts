import { cpSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TemporaryDirectory } from '../../local/temporary-directory.ts';
import { npmStart, type Started } from '../support/npm-start.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A copy of the project, which the tests edit. */
const project = new TemporaryDirectory();
let dev: Started;
let sessions = '';

beforeAll(async () => {
  for (const part of ['functions', 'infra', 'local', 'cdk.json', 'openapi.yaml', 'package.json'])
    cpSync(join(ROOT, part), join(project.path, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(project.path, 'node_modules'));
  dev = await npmStart(['--watch'], {}, 'Ctrl-C stops it.', project.path);
  sessions = dev.output().match(/^API +(\S+)/m)?.[1] ?? '';
});
afterAll(async () => {
  dev.child.kill('SIGTERM');
  await dev.exited;
  project[Symbol.dispose]();
});

/** Edits a file as an editor does, by a rename, and waits for what is printed about it. */
async function edit(file: string, change: (text: string) => string, until: RegExp): Promise<string> {
  const before = dev.output().length;
  save(file, change);
  const printed = () => dev.output().slice(before);
  await expect.poll(printed, { timeout: 10_000, interval: 20 }).toMatch(until);
  return printed();
}

/** Saves a file, and waits for nothing. */
function save(file: string, change: (text: string) => string): void {
  const path = join(project.path, file);
  writeFileSync(`${path}.new`, change(readFileSync(path, 'utf8')));
  renameSync(`${path}.new`, path);
}

async function message(): Promise<string> {
  const response = await fetch(`${sessions}/nope`);
  const { error } = (await response.json()) as { error: { message: string } };
  return error.message;
}

describe('npm run dev', () => {
  it('serves a saved file without a restart, and keeps the data', async () => {
    await fetch(`${sessions}/fresh/renew`, { method: 'POST' });
    await edit(
      'functions/http/errors.ts',
      (text) => text.replace("'Session not found'", "'No such session'"),
      /^functions\/http\/errors.ts: .* reloaded in \d+ ms$/m,
    );
    expect(await message()).toBe('No such session');
    expect(await (await fetch(`${sessions}/fresh`)).json()).toMatchObject({ renewalCount: 1 });
  });

  it('serves each of several saves of the same file', async () => {
    for (const text of ['first', 'second', 'third']) {
      const served = await message();
      await edit(
        'functions/http/errors.ts',
        (source) => source.replace(`'${served}'`, `'${text}'`),
        / reloaded in /,
      );
      expect(await message()).toBe(text);
    }
  });

  it('lets requests wait from a save on, so that none runs on the code before', async () => {
    for (const text of ['fourth', 'fifth']) {
      const served = await message();
      save('functions/http/errors.ts', (source) => source.replace(`'${served}'`, `'${text}'`));
      const until = performance.now() + 2000;
      const texts = new Set<string>();
      while (performance.now() < until)
        for (const one of await Promise.all([message(), message(), message()])) texts.add(one);
      expect([...texts]).toEqual([text]);
    }
  });

  it('lets requests go on with the last good version when a saved file is broken', async () => {
    const served = await message();
    save('functions/get-session.ts', (source) => `${source}\nconst broken = ;\n`);
    expect(await message()).toBe(served);
    save('functions/get-session.ts', (source) => source.replace('\nconst broken = ;\n', ''));
    expect(await message()).toBe(served);
  });

  it('shows a syntax error with its file, line and code, and serves the last good version', async () => {
    const served = await message();
    const printed = await edit(
      'functions/get-session.ts',
      (text) => `${text}\nconst broken = ;\n`,
      /The last good version is still served/,
    );
    expect(printed).toMatch(/get-session\.ts:\d+:\d+/);
    expect(printed).toContain('const broken = ;');
    expect(await message()).toBe(served);
    await edit(
      'functions/get-session.ts',
      (text) => text.replace('\nconst broken = ;\n', ''),
      /bundled again/,
    );
  });

  it('names the source and the line of what a function threw', async () => {
    const wrong = 'nope.toString();';
    await edit(
      'functions/get-session.ts',
      (text) =>
        text.replace(
          'const session =',
          `const nope = undefined as unknown as object;\n  ${wrong}\n  const session =`,
        ),
      / reloaded in /,
    );
    const line = readFileSync(join(project.path, 'functions/get-session.ts'), 'utf8')
      .split(wrong)[0]
      ?.split('\n').length;
    const before = dev.output().length;
    expect((await fetch(`${sessions}/fresh`)).status).toBe(500);
    await expect
      .poll(() => dev.output().slice(before), { timeout: 5000 })
      .toMatch(new RegExp(`^ {4}at .*functions/get-session.ts:${line}:`, 'm'));
  });

  it('says of a change under infra/ that a restart is needed', async () => {
    await edit('infra/routes.ts', (text) => `${text}\n`, /^infra\/routes.ts changed. Restart/m);
  });
});
