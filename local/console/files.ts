/** The files of the page. */
import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { bundlePage } from '#installation';

const swagger = (file: string) => createRequire(import.meta.url).resolve(`swagger-ui-dist/${file}`);

const FILES = new Map([
  ['/', fileURLToPath(new URL('page/index.html', import.meta.url))],
  ['/swagger-ui.css', swagger('swagger-ui.css')],
  ['/swagger-ui.js', swagger('swagger-ui-bundle.js')],
]);

const TYPES: Record<string, string> = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript' };

/** The page's bundles by path, built when the page is first opened. */
let bundles: Promise<ReadonlyMap<string, Uint8Array>> | undefined;

/** @returns whether there is such a file. */
export async function sendFile(path: string, response: ServerResponse): Promise<boolean> {
  const file = FILES.get(path);
  if (file !== undefined) {
    response.writeHead(200, { 'content-type': TYPES[extname(file)] });
    await pipeline(createReadStream(file), response);
    return true;
  }
  bundles ??= bundlePage();
  const bundle = (await bundles).get(path);
  if (bundle) response.writeHead(200, { 'content-type': TYPES[extname(path)] }).end(bundle);
  return bundle !== undefined;
}
