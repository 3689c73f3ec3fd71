import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { buildOptions } from '../../infra/lambda/bundles.ts';

const FUNCTIONS = fileURLToPath(new URL('../../functions/', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Every package of which something reaches a bundle, with its licence. A new one is a decision. */
const BUNDLED: Record<string, string> = {
  '@aws-sdk/client-dynamodb': 'Apache-2.0',
  '@aws-sdk/client-eventbridge': 'Apache-2.0',
  '@aws-sdk/client-scheduler': 'Apache-2.0',
  '@aws-sdk/client-secrets-manager': 'Apache-2.0',
  '@aws-sdk/core': 'Apache-2.0',
  '@aws-sdk/credential-provider-env': 'Apache-2.0',
  '@aws-sdk/dynamodb-codec': 'Apache-2.0',
  '@aws-sdk/signature-v4-multi-region': 'Apache-2.0',
  '@aws-sdk/util-dynamodb': 'Apache-2.0',
  '@aws/lambda-invoke-store': 'Apache-2.0',
  '@smithy/core': 'Apache-2.0',
  '@smithy/node-http-handler': 'Apache-2.0',
  '@smithy/signature-v4': 'Apache-2.0',
  '@smithy/types': 'Apache-2.0',
  valibot: 'MIT',
};

const json = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

/** The packages whose code is in the bundles, as `node_modules/…` paths: one may be there in two versions. */
function bundledPackages(): string[] {
  const entryPoints = readdirSync(FUNCTIONS).filter((file) => file.endsWith('.ts'));
  const { metafile } = buildSync({
    ...buildOptions,
    entryPoints,
    outdir: 'nowhere',
    write: false,
    metafile: true,
  });
  const inputs = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  const found = inputs.flatMap(
    ([path]) => path.match(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? [],
  );
  return [...new Set(found)].sort();
}

describe('what reaches a function', () => {
  it('is of packages that are named, under licences that are known', () => {
    const found = bundledPackages().map((path) => {
      const { name, license } = JSON.parse(readFileSync(`${FUNCTIONS}${path}/package.json`, 'utf8'));
      return [name, license];
    });
    expect(Object.fromEntries(found)).toEqual(BUNDLED);
  });
});

describe('a package that a file imports', () => {
  it('is declared in package.json: package managers that are strict find no others', () => {
    const { dependencies, devDependencies } = json('../../package.json');
    const declared = { ...dependencies, ...devDependencies };
    const files = ['functions', 'infra', 'local', 'client', 'test'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
        join(folder, file),
      ),
    );
    const imported = files
      .filter((file) => file.endsWith('.ts') && !/^test.(tools.bench|clients)/.test(file))
      .flatMap((file) =>
        [
          ...readFileSync(join(ROOT, file), 'utf8').matchAll(
            /(?:from |^import |import\(\s*)'((?!node:)(?:@[\w-]+\/)?[a-z][\w.-]*)[^']*'/gm,
          ),
        ].map(([, name = '']) => name),
      );
    // The repository's own packages, in their tests.
    const isOwn = (name: string) => name.startsWith('sessions-api');
    const undeclared = imported.filter(
      (name) => !isOwn(name) && !(name in declared) && !(`@types/${name}` in declared),
    );
    expect([...new Set(undeclared)]).toEqual([]);
  });
});

describe.each([
  ['the project', '../../package.json', '../../package-lock.json'],
  ['the bench', '../tools/bench/package.json', '../tools/bench/package-lock.json'],
  ['the generated client', '../clients/typescript/package.json', '../clients/typescript/package-lock.json'],
])('the packages of %s', (_what, manifest, lockfile) => {
  it('are pinned exactly', () => {
    const { dependencies, devDependencies, optionalDependencies } = json(manifest);
    const versions = Object.values({ ...dependencies, ...devDependencies, ...optionalDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(String(version)))).toEqual([]);
  });

  it('come from the registry, each with its digest', () => {
    const { packages } = json(lockfile) as { packages: Record<string, Locked> };
    const { '': _project, ...locked } = packages;
    const strange = Object.entries(locked).filter(
      ([, { resolved, integrity, inBundle }]) =>
        // Without an address of its own a package comes from the registry. What is within another has that
        // one's digest.
        (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')) ||
        (!inBundle && !integrity?.startsWith('sha512-')),
    );
    expect(strange.map(([path]) => path)).toEqual([]);
  });
});

interface Locked {
  resolved?: string;
  integrity?: string;
  inBundle?: boolean;
}
