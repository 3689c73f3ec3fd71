/**
 * `npm run build` also makes the package of the local host, for `npm pack`:
 *
 *   dist-local/    its files, those of infra and functions that it needs, and the functions' bundles
 *
 *   --outdir DIR   instead of dist-local/
 *
 * The files keep their places; their types are blanked out, since Node.js strips no types under node_modules.
 */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleAll } from '../../infra/lambda/bundles.ts';
import { emitDeclarations } from '../../infra/package/declarations.ts';
import { bundlePage } from '../console/bundle.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Entry points: started by their path, imported by no other file. */
const ENTRIES = [
  'local/package/index.ts',
  'local/start.ts',
  'local/dynamodb/embedded-dynamodb-thread.ts',
  'local/lambda/sandbox.ts',
  'infra/app.ts',
  'functions/aws/json-parse.ts',
];

/** Served or read as they are. */
const ASSETS = [
  'local/package/bin.js',
  'infra/run.js',
  'cdk.json',
  'openapi.yaml',
  'LICENSE',
  'SECURITY.md',
  'local/console/page/index.html',
];

/** Its pages are resolved, not imported. */
const SWAGGER = 'swagger-ui-dist';
const SWAGGER_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'LICENSE', 'NOTICE'];

/** A quoted path of a TypeScript file of the repository, in an import or a URL. */
const LOCAL_FILE = /'(\.{1,2}\/[^']*)\.ts'/g;

const { outdir } = parseArgs({
  options: { outdir: { type: 'string', default: join(ROOT, 'dist-local') } },
}).values;
const root = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

rmSync(outdir, { recursive: true, force: true });
const packages = new Set<string>();
const files = [
  ...ENTRIES,
  ...Object.values<{ packed: string }>(root.imports).map(({ packed }) => packed.slice(2)),
];
for (const file of files) {
  const source = stripTypeScriptTypes(readFileSync(join(ROOT, file), 'utf8'));
  for (const [, , path = ''] of source.matchAll(/(from|import) '([^']+)'/g)) {
    if (path.startsWith('.')) {
      const imported = relative(ROOT, join(ROOT, dirname(file), path));
      if (!files.includes(imported)) files.push(imported);
    } else if (!/^(node:|#)/.test(path))
      packages.add(
        path
          .split('/')
          .slice(0, path.startsWith('@') ? 2 : 1)
          .join('/'),
      );
  }
  // Not .js: the console has files of that name.
  write(file.replace(/\.ts$/, '.mjs'), source.replace(LOCAL_FILE, "'$1.mjs'"));
}
for (const file of ASSETS) copy(file);
bundleSwagger();
for (const [path, bundle] of await bundlePage()) write(join('local/package/page', path), bundle);
write('LICENSE-preact', readFileSync(join(ROOT, 'node_modules/preact/LICENSE')));
for (const [name, bundle] of bundleAll()) write(join('infra/package/functions', name), bundle);
emitDeclarations(
  fileURLToPath(new URL('./tsconfig.json', import.meta.url)),
  'local/package',
  join(outdir, 'local/package'),
);
write('README.md', readFileSync(join(ROOT, 'docs/local-package.md'), 'utf8'));
write('package.json', `${JSON.stringify(manifest(), null, 2)}\n`);
chmodSync(join(outdir, 'local/package/bin.js'), 0o755);

function manifest(): object {
  const { version, license, dependencies, devDependencies, optionalDependencies, imports } = root;
  const versions = { ...devDependencies, ...dependencies };
  return {
    name: 'sessions-api-local',
    version,
    description: 'The Sessions API on this machine, for tests and front-end development',
    license,
    type: 'module',
    bin: { 'sessions-api-local': 'local/package/bin.js' },
    imports: Object.fromEntries(
      Object.entries<{ packed: string }>(imports).map(([name, { packed }]) => [
        name,
        packed.replace(/\.ts$/, '.mjs'),
      ]),
    ),
    exports: {
      '.': { types: './local/package/index.d.ts', default: './local/package/index.mjs' },
      './package.json': './package.json',
    },
    engines: { node: '>=20.20' },
    dependencies: Object.fromEntries([...packages, SWAGGER].sort().map((name) => [name, versions[name]])),
    bundleDependencies: [SWAGGER],
    optionalDependencies,
  };
}

/** In the archive, without its dependency, which reports each installation to its makers. */
function bundleSwagger(): void {
  const folder = join('node_modules', SWAGGER);
  const { name, version, license } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
  write(join(folder, 'package.json'), JSON.stringify({ name, version, license }));
  for (const file of SWAGGER_FILES) copy(join(folder, file));
}

function write(file: string, content: string | Uint8Array): void {
  const target = join(outdir, file);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
}

function copy(file: string): void {
  write(file, readFileSync(join(ROOT, file)));
}
