/**
 * The console: a page on this machine that shows the sessions, the requests and the API's reference, and sends
 * requests to the API by way of this server, so that the API needs no CORS for it.
 */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { SESSIONS_PATH } from '../../infra/routes.ts';
import type { RequestRecord } from '../gateway/request-record.ts';
import type { LocalHost } from '../host.ts';
import { close, isForThisMachine, listen, unavailablePort } from '../loopback.ts';
import { SAMPLE_USER_ID } from '../samples.ts';
import {
  addFault,
  clearFaults,
  InvalidControl,
  moveClock,
  readClock,
  readFaults,
  resetClock,
} from './controls.ts';
import { readSessions } from './sessions.ts';

const DEFAULT_PORT = 3001;

/** Requests that are shown. */
const MOST_REQUESTS = 100;

/** Buffered for a page that does not read, in bytes. */
const MOST_UNREAD_BYTES = 2 ** 20;

export type Console = Awaited<ReturnType<typeof startConsole>>;

/**
 * @param port undefined takes the usual one, or any when that is taken or is one of `others`.
 * @throws StartError
 */
export async function startConsole(port: number | undefined, others: number[] = []) {
  const requests: RequestRecord[] = [];
  const watchers = new Set<ServerResponse>();
  const attached = Promise.withResolvers<LocalHost>();

  const server = createServer(async (request, response) => {
    try {
      if (!isOwn(request)) return void response.writeHead(403).end('This page is for this machine only.\n');
      const host = await attached.promise;
      const { pathname = '' } = URL.parse(request.url ?? '', 'http://localhost') ?? {};
      for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
      if (pathname.startsWith(SESSIONS_PATH)) return await forward(request, response, host);
      const control = CONTROLS[`${request.method} ${pathname}`];
      if (control) return sendJson(response, await control(host, request));
      if (request.method !== 'GET') return void response.writeHead(405).end();
      if (pathname === '/console/events') return stream(response);
      if (pathname === '/console/sessions') return sendJson(response, await readSessions(host));
      if (pathname === '/openapi.json') return sendJson(response, await reference(host));
      const file = FILES.get(pathname);
      if (file === undefined) return void response.writeHead(404).end('Not found\n');
      response.writeHead(200, { 'content-type': TYPES[extname(file)] });
      await pipeline(createReadStream(file), response);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else if (error instanceof InvalidControl) sendJson(response, { error: error.message }, 400);
      else response.writeHead(500).end(`${error}\n`);
    }
  });

  function stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    for (const request of requests) response.write(toEvent(request));
    watchers.add(response);
    response.on('close', () => watchers.delete(response));
  }

  const usual = others.includes(DEFAULT_PORT) ? 0 : DEFAULT_PORT;
  const taken = await listen(server, port ?? usual).catch((error: NodeJS.ErrnoException) =>
    port === undefined && error.code === 'EADDRINUSE'
      ? listen(server, 0)
      : unavailablePort(port ?? usual, 'CONSOLE_PORT')(error),
  );
  return {
    url: `http://localhost:${taken}`,
    onRequest(request: RequestRecord): void {
      requests.push(request);
      if (requests.length > MOST_REQUESTS) requests.shift();
      for (const watcher of watchers) {
        // A page that does not read comes back for the requests that are kept.
        if (watcher.writableLength > MOST_UNREAD_BYTES) watcher.destroy();
        else watcher.write(toEvent(request));
      }
    },
    /** Serves this host; until then requests wait. */
    attach: (host: LocalHost) => attached.resolve(host),
    close: () => close(server),
  };
}

const toEvent = ({ log: _log, ...request }: RequestRecord): string => `data: ${JSON.stringify(request)}\n\n`;

/** Its own pages only: another site's could reach it under a name of its own, or post to it. */
function isOwn({ headers }: IncomingMessage): boolean {
  const { host, origin } = headers;
  return isForThisMachine(headers) && (origin === undefined || origin === `http://${host}`);
}

const local = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const swagger = (file: string) => createRequire(import.meta.url).resolve(`swagger-ui-dist/${file}`);

const FILES = new Map([
  ['/', local('index.html')],
  ['/console.css', local('console.css')],
  ['/console.js', local('console.js')],
  ['/controls.js', local('controls.js')],
  ['/swagger-ui.css', swagger('swagger-ui.css')],
  ['/swagger-ui.js', swagger('swagger-ui-bundle.js')],
]);
const TYPES: Record<string, string> = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript' };

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

function sendJson(response: ServerResponse, content: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(content)}\n`);
}

/** Changes to the host, for the page and for scripts (docs/local-development.md). */
const CONTROLS: Record<string, (host: LocalHost, request: IncomingMessage) => object | Promise<object>> = {
  'GET /console/clock': readClock,
  'POST /console/clock': async (host, request) => moveClock(host, await readJson(request)),
  'DELETE /console/clock': resetClock,
  'GET /console/faults': readFaults,
  'POST /console/faults': async (host, request) => addFault(host, await readJson(request)),
  'DELETE /console/faults': clearFaults,
};

async function readJson(request: IncomingMessage): Promise<unknown> {
  try {
    return JSON.parse(await text(request));
  } catch {
    throw new InvalidControl('Send JSON');
  }
}

/** openapi.yaml for this host: its routes, its server, a session that is there, and no credentials to type. */
async function reference({ stack, access }: LocalHost): Promise<object> {
  const spec = parse(await readFile(new URL('../../openapi.yaml', import.meta.url), 'utf8'));
  const served = stack.routes.map(({ method, path }) => `${method.toLowerCase()} ${path}`);
  for (const [path, operations] of Object.entries<Record<string, object>>(spec.paths))
    for (const method of Object.keys(operations))
      if (method !== 'parameters' && !served.includes(`${method} ${path}`)) delete operations[method];
  delete spec.security;
  spec.components.securitySchemes = {};
  spec.components.parameters.SessionId.example = 'fresh';
  // Whose credentials this server sends.
  const description = access.serviceToken ? 'npm start, called as a service' : 'npm start';
  return { ...spec, servers: [{ url: '/', description }] };
}

/** The header with the user for whom a token is made, where users own sessions. */
const USER_HEADER = 'x-console-user';

/** Responds as the API does, with the host's own credentials where the caller sends none. */
async function forward(request: IncomingMessage, response: ServerResponse, host: LocalHost): Promise<void> {
  const userId = String(request.headers[USER_HEADER] ?? SAMPLE_USER_ID);
  const { serviceToken, tokenFor } = host.access;
  // A service's where there are services: it may act on every session. A new one each time: the clock may have moved
  // past the expiry of one before.
  const token = await (serviceToken ? serviceToken() : tokenFor?.(userId));
  const credentials = { ...host.access.caller.headers, ...(token && { authorization: `Bearer ${token}` }) };
  for (const [name, value] of Object.entries(credentials)) {
    if (request.headers[name] !== undefined) continue;
    request.headers[name] = value;
    request.headersDistinct[name] = [value];
  }
  host.access.trust?.(request);
  host.gateway.emit('request', request, response);
}
