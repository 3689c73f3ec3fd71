/** The pages, and the host that they call. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { startHost } from '../../local/host.ts';
import { close, listen, unavailablePort } from '../../local/loopback.ts';
import { ON_FREE_PORTS } from '../../local/options.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const CLIENT = fileURLToPath(new URL('../../client/', import.meta.url));

export interface Example {
  /** `http://localhost:<port>`. */
  url: string;
  close(): Promise<void>;
}

/** @param port of the pages. @param api the base URL of the API; a host is started if there is none. */
export async function startExample(port: number, api?: string): Promise<Example> {
  await using started = new AsyncDisposableStack();
  const pages = new Map<string, { type: string; content: string }>();
  const { outputFiles } = await build({
    entryPoints: [join(HERE, 'plain/main.ts'), join(HERE, 'react/main.tsx')],
    outdir: HERE,
    outbase: HERE,
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    jsx: 'automatic',
    alias: {
      'sessions-api-client': join(CLIENT, 'index.ts'),
      'sessions-api-client/react': join(CLIENT, 'react.ts'),
    },
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  });
  for (const { path, text } of outputFiles)
    pages.set(`/${path.slice(HERE.length)}`, { type: 'text/javascript', content: text });
  pages.set('/style.css', { type: 'text/css', content: await readFile(join(HERE, 'style.css'), 'utf8') });
  const server = createServer((request, response) => {
    const { pathname = '/' } = URL.parse(request.url ?? '', 'http://localhost') ?? {};
    const page = pages.get(pathname);
    if (!page) return void response.writeHead(302, { location: '/plain/' }).end();
    response.writeHead(200, { 'content-type': page.type, 'cache-control': 'no-store' }).end(page.content);
  });
  const taken = await listen(server, port).catch(unavailablePort(port, 'PORT'));
  started.defer(() => close(server));
  const url = `http://localhost:${taken}`;
  let base = api;
  if (base === undefined) {
    const context = { corsOrigins: url, minTimeoutMinutes: '1' };
    const host = await startHost({ ...ON_FREE_PORTS, context });
    started.defer(() => host.close());
    base = host.url;
  }
  for (const folder of ['plain', 'react']) {
    const html = await readFile(join(HERE, folder, 'index.html'), 'utf8');
    pages.set(`/${folder}/`, {
      type: 'text/html; charset=utf-8',
      content: html.replace('<html ', `<html data-api="${base}" `),
    });
  }
  const running = started.move();
  return { url, close: () => running.disposeAsync() };
}
