import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { expect, it } from 'vitest';

const CLIENT = fileURLToPath(new URL('../../client/', import.meta.url));

/** Bytes of what a page gets that imports this, minified and gzipped. */
function sizeOf(contents: string, format: 'esm' | 'cjs' = 'esm'): number {
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: CLIENT, loader: 'ts' },
    ...{ bundle: true, minify: true, write: false, format, target: 'es2022', external: ['react'] },
  });
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
}

const CORE = "export { createSessionsClient, SessionsApiError } from './index.ts';";
const WATCH = `${CORE} export { watchSession } from './index.ts';`;
const REACT = `${WATCH} export { useSession } from './react.ts';`;

it('a page gets at most 4 KB of the client, 6 KB with the watch, and 1 KB more with React', () => {
  const [core, watch, react] = [CORE, WATCH, REACT].map((source) => sizeOf(source)) as [
    number,
    number,
    number,
  ];
  expect(core).toBeLessThanOrEqual(4096);
  expect(watch).toBeLessThanOrEqual(6144);
  expect(react - watch).toBeLessThanOrEqual(1024);
});

it('the client needs no module of Node.js', () => {
  expect(() =>
    buildSync({
      entryPoints: [`${CLIENT}index.ts`],
      ...{ bundle: true, write: false, platform: 'browser', logLevel: 'silent' },
    }),
  ).not.toThrow();
});
