/**
 * `npm run build` also makes the package of the client, for `npm pack`:
 *
 *   dist-client/   ES modules and CommonJS, each with its declarations
 *
 *   --outdir DIR   instead of dist-client/
 *
 * Each source is a file of its own, so that react.js and index.js share one SessionsApiError. It writes client/api.ts too.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { transformSync } from 'esbuild';
import { emitDeclarations } from '../../infra/package/declarations.ts';
import { API, generateTypes } from './types.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CLIENT = fileURLToPath(new URL('../', import.meta.url));
const ENTRIES = ['index', 'react'];
/** Without a module of their own. */
const TYPES = ['api.ts'];

const { outdir } = parseArgs({
  options: { outdir: { type: 'string', default: join(ROOT, 'dist-client') } },
}).values;

const types = await generateTypes();
if (types !== readFileSync(API, { encoding: 'utf8', flag: 'a+' })) writeFileSync(API, types);

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
for (const file of readdirSync(CLIENT).filter((name) => name.endsWith('.ts') && !TYPES.includes(name))) {
  const source = readFileSync(join(CLIENT, file), 'utf8');
  for (const [format, extension] of [
    ['esm', 'js'],
    ['cjs', 'cjs'],
  ] as const) {
    const { code } = transformSync(source, { loader: 'ts', format, target: 'es2022' });
    writeFileSync(
      join(outdir, file.replace(/ts$/, extension)),
      code.replace(/"(\.\/[\w-]+)\.ts"/g, `"$1.${extension}"`),
    );
  }
}
emitDeclarations(fileURLToPath(new URL('./tsconfig.json', import.meta.url)), 'client', outdir, ENTRIES);
for (const file of readdirSync(outdir).filter((name) => name.endsWith('.d.ts'))) {
  const text = readFileSync(join(outdir, file), 'utf8');
  writeFileSync(join(outdir, file.replace(/ts$/, 'cts')), text.replace(/(from '\.[^']+)\.js'/g, "$1.cjs'"));
}
cpSync(join(ROOT, 'docs/client.md'), join(outdir, 'README.md'));
cpSync(join(ROOT, 'LICENSE'), join(outdir, 'LICENSE'));
writeFileSync(join(outdir, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);

function manifest(): object {
  const { version, license } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const paths = (name: string) => ({
    import: { types: `./${name}.d.ts`, default: `./${name}.js` },
    require: { types: `./${name}.d.cts`, default: `./${name}.cjs` },
  });
  return {
    name: 'sessions-api-client',
    version,
    description: "A client of the Sessions API that knows a session's life",
    license,
    keywords: ['sessions', 'agents', 'elizaos', 'timeout', 'wcag', 'react'],
    type: 'module',
    sideEffects: false,
    main: './index.cjs',
    types: './index.d.cts',
    exports: { '.': paths('index'), './react': paths('react'), './package.json': './package.json' },
    engines: { node: '>=20' },
    peerDependencies: { react: '>=18' },
    peerDependenciesMeta: { react: { optional: true } },
  };
}
