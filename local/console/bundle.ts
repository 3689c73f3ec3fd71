/** Bundles the page by esbuild: about 30 ms. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const PAGE = fileURLToPath(new URL('page/', import.meta.url));

/** By path, such as `/console.js`. */
export async function bundlePage(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    entryPoints: [{ in: `${PAGE}main.tsx`, out: 'console' }, `${PAGE}console.css`],
    outdir: PAGE,
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
  });
  return new Map(outputFiles.map(({ path, contents }) => [`/${path.slice(PAGE.length)}`, contents]));
}
