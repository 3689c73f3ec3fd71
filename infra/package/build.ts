/**
 * `npm run build` makes the packages, for `npm pack`:
 *
 *   dist/          the construct SessionsApi, with the functions' bundles as `cdk deploy` uploads them
 *
 *   --outdir DIR   instead of dist/
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';
import { bundleAll } from '../lambda/bundles.ts';
import { emitDeclarations } from './declarations.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const HERE = fileURLToPath(new URL('.', import.meta.url));

/** The package's pages, and the pages that they link to. */
const PAGES = [
  'README.md',
  'LICENSE',
  'SECURITY.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'docs',
  'openapi.yaml',
];

/** The lowest aws-cdk-lib that the tests synthesize with, and cdk-nag's. */
const AWS_CDK_LIB = '^2.257.0';

const { outdir: DIST } = parseArgs({
  options: { outdir: { type: 'string', default: join(ROOT, 'dist') } },
}).values;

rmSync(DIST, { recursive: true, force: true });
mkdirSync(join(DIST, 'functions'), { recursive: true });
for (const [name, bundle] of bundleAll()) writeFileSync(join(DIST, 'functions', name), bundle);
buildSync({
  entryPoints: [join(ROOT, 'infra/index.ts')],
  outfile: join(DIST, 'index.js'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Its exports are found by Node.js in the text, so that ES modules import them by name.
  format: 'cjs',
  conditions: ['packed'],
  define: { 'import.meta.dirname': '__dirname' },
  external: ['aws-cdk-lib', 'constructs'],
  logLevel: 'warning',
});
emitDeclarations(join(HERE, 'tsconfig.json'), 'infra', DIST);
for (const page of PAGES) cpSync(join(ROOT, page), join(DIST, page), { recursive: true });
writeFileSync(join(DIST, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);

function manifest(): object {
  const { name, version, description, license, devDependencies } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  return {
    name,
    version,
    description,
    license,
    keywords: ['aws-cdk', 'cdk', 'construct', 'sessions', 'agents', 'elizaos', 'dynamodb', 'serverless'],
    main: 'index.js',
    types: 'index.d.ts',
    exports: {
      '.': { types: './index.d.ts', default: './index.js' },
      './openapi.yaml': './openapi.yaml',
      './package.json': './package.json',
    },
    engines: { node: '>=20' },
    peerDependencies: {
      'aws-cdk-lib': AWS_CDK_LIB,
      constructs: `^${devDependencies.constructs.split('.')[0]}.0.0`,
    },
  };
}
