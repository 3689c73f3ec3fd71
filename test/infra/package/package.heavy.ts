/** The package as others have it: packed, installed into apps as `cdk init` makes them, and synthesized there. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { synthesize } from '../../../local/stack/synthesis.ts';
import { TemporaryDirectory } from '../../../local/temporary-directory.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const HERE = fileURLToPath(new URL('.', import.meta.url));
const directory = new TemporaryDirectory();
afterAll(() => directory[Symbol.dispose]());

const dist = join(directory.path, 'dist');
const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** A command's output. Its failure has what it printed. */
async function run(folder: string, command: string, ...args: string[]): Promise<string> {
  const options = { cwd: folder, maxBuffer: 2 ** 26, env: { ...process.env, NO_COLOR: '1' } };
  const result = await promisify(execFile)(command, args, options).catch((error) => error);
  if (result instanceof Error) throw new Error(`${command} ${args.at(-1)}\n${printedBy(result)}`);
  return result.stdout;
}

const printedBy = ({ stdout, stderr, message }: Error & { stdout?: string; stderr?: string }): string =>
  `${stdout ?? ''}${stderr?.replace(/^Bundling asset .*\n/gm, '') ?? message}`;

/** Of the stack that the repository deploys. */
let own: Resources = {};
let archive = '';
let manifest: {
  peerDependencies: Record<string, string>;
  dependencies?: object;
  optionalDependencies?: object;
};

beforeAll(async () => {
  await run(ROOT, process.execPath, 'infra/run.js', 'infra/package/build.ts', '--outdir', dist);
  const packed = await run(directory.path, 'npm', 'pack', dist, '--json');
  archive = join(directory.path, JSON.parse(packed)[0].filename);
  const outdir = join(directory.path, 'cdk.out');
  const app = join(ROOT, 'infra/app.ts');
  own = ((await synthesize({ app, context: {}, outdir })).template as { Resources: Resources }).Resources;
  manifest = JSON.parse(readFileSync(join(dist, 'package.json'), 'utf8'));
}, 120_000);

describe('the archive', () => {
  it('is less than 1.5 MB, and depends on nothing but its peers', () => {
    expect(statSync(archive).size).toBeLessThan(1.5 * 2 ** 20);
    expect(Object.keys(manifest.peerDependencies)).toEqual(['aws-cdk-lib', 'constructs']);
    expect(manifest).not.toHaveProperty('dependencies');
    expect(manifest).not.toHaveProperty('optionalDependencies');
    expect(manifest).not.toHaveProperty('scripts');
  });

  it('has every page that its pages link to', () => {
    for (const page of [
      'README.md',
      'SECURITY.md',
      ...readdirSync(join(dist, 'docs')).map((one) => `docs/${one}`),
    ]) {
      const text = readFileSync(join(dist, page), 'utf8');
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => link);
      const missing = links.filter(
        (link) =>
          link.endsWith('.md') && !link.startsWith('../test/') && !existsSync(join(dist, page, '..', link)),
      );
      expect([page, missing]).toEqual([page, []]);
    }
  });
});

const lowest = () => manifest.peerDependencies['aws-cdk-lib']?.replace('^', '') ?? '';
const newest = () => devDependencies['aws-cdk-lib'] as string;

describe.each([
  ['lowest', lowest],
  ['newest', newest],
] as const)('an app with the %s aws-cdk-lib', (name, version) => {
  const folder = join(directory.path, name);
  const templates = (outdir: string) => {
    const stacks = readdirSync(outdir, { recursive: true, encoding: 'utf8' });
    return Object.fromEntries(
      stacks
        .filter((file) => file.endsWith('.template.json'))
        .map((file) => [file, JSON.parse(readFileSync(join(outdir, file), 'utf8'))]),
    );
  };

  beforeAll(async () => {
    mkdirSync(folder);
    const cdk = join(ROOT, 'node_modules/.bin/cdk');
    await run(folder, cdk, 'init', 'app', '--language', 'typescript', '--generate-only');
    // Without its test runner.
    await run(folder, 'npm', 'pkg', 'delete', 'devDependencies');
    const packages = [
      `aws-cdk-lib@${version()}`,
      `constructs@${devDependencies.constructs}`,
      `cdk-nag@${devDependencies['cdk-nag']}`,
      `typescript@${devDependencies.typescript}`,
      'typescript-5@npm:typescript@5.9.3',
      `@types/node@${devDependencies['@types/node']}`,
      'tsx@4.23.0',
    ];
    await run(folder, 'npm', 'install', '--no-audit', '--no-fund', '--save-exact', ...packages, archive);
    cpSync(join(HERE, 'app/scenarios.ts'), join(folder, 'bin/scenarios.ts'));
    mkdirSync(join(folder, 'esm'));
    writeFileSync(join(folder, 'esm/package.json'), '{ "type": "module" }');
    cpSync(join(HERE, 'app/scenarios.ts'), join(folder, 'esm/scenarios.ts'));
    cpSync(join(ROOT, 'examples/construct/app.ts'), join(folder, 'bin/example.ts'));
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8').match(
      /```ts\n([\s\S]*?SessionsApi[\s\S]*?)```/,
    );
    writeFileSync(join(folder, 'bin/readme.ts'), readme?.[1] ?? 'README.md has no example');
  }, 300_000);

  it.each(['bin', 'esm'])(
    'synthesizes one, two in a stack, a Stage, and their use across stacks, with cdk-nag: %s',
    { timeout: 120_000 },
    async (room) => {
      const outdir = join(folder, `${room}.out`);
      const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
      // aws-cdk-lib before 2.270 does not take every acknowledgement.
      const NAG = name === 'newest' ? 'on' : 'off';
      const environment = { NAG, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) };
      const settings = Object.entries(environment).map(([key, value]) => `${key}=${value}`);
      await run(folder, 'env', ...settings, 'npx', '--no-install', 'tsx', `${room}/scenarios.ts`);
      const synthesized = templates(outdir);
      expect(Object.keys(synthesized).map((file) => file.split('/').at(-1))).toEqual(
        expect.arrayContaining(['Sessions-dev.template.json', 'Two.template.json']),
      );
      // Assets have the hashes of `cdk deploy` in the repository.
      const { Resources: resources } = synthesized['Sessions-dev.template.json'];
      if (name === 'newest') expect(withoutMetadata(resources)).toEqual(withoutMetadata(own));
      else expect(codeOf(resources)).toEqual(codeOf(own));
    },
  );

  it('synthesizes the example of the documentation', { timeout: 60_000 }, async () => {
    const outdir = join(folder, 'example.out');
    await run(folder, 'env', `CDK_OUTDIR=${outdir}`, 'npx', '--no-install', 'tsx', 'bin/example.ts');
    expect(Object.keys(templates(outdir))).toEqual(['Chat.template.json']);
  });

  it.each(['typescript', 'typescript-5'])(
    'type-checks the examples and the scenarios, strictly, with %s',
    { timeout: 120_000 },
    async (compiler) => {
      const tsc = join('node_modules', compiler, 'bin/tsc');
      const strict = [
        '--noEmit',
        '--strict',
        '--module',
        'nodenext',
        '--target',
        'es2022',
        '--types',
        'node',
      ];
      const files = ['bin/scenarios.ts', 'esm/scenarios.ts', 'bin/example.ts', 'bin/readme.ts'];
      await run(folder, process.execPath, tsc, '--ignoreConfig', ...strict, ...files).catch(async (error) => {
        // TypeScript 5 does not know the option: files alone ignore the config there.
        if (!String(error).includes('ignoreConfig')) throw error;
        await run(folder, process.execPath, tsc, ...strict, ...files);
      });
    },
  );
});

type Resources = Record<string, { Type?: string; Metadata?: unknown; Properties?: { Code?: unknown } }>;

const withoutMetadata = (resources: Resources): Resources =>
  Object.fromEntries(
    Object.entries(resources)
      .filter(([, { Type }]) => Type !== 'AWS::CDK::Metadata')
      .map(([id, { Metadata, ...resource }]) => [id, resource]),
  );

const codeOf = (resources: Resources): unknown[] =>
  Object.values(resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties: properties }) => properties?.Code);
