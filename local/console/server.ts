/**
 * The console: a page on this machine that shows the sessions, the requests and the API's reference, and sends
 * requests to the API by way of this server, so that the API needs no CORS for it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { SESSIONS_PATH } from '../../infra/routes.ts';
import type { RequestRecord } from '../gateway/request-record.ts';
import type { LocalHost } from '../host.ts';
import { close, isForThisMachine, listen, unavailablePort } from '../loopback.ts';
import {
  addFault,
  clearFaults,
  InvalidControl,
  moveClock,
  readClock,
  readFaults,
  resetClock,
} from './controls.ts';
import { sendFile } from './files.ts';
import { forward } from './proxy.ts';
import { reference } from './reference.ts';
import { Requests } from './requests.ts';
import { readSessions } from './sessions.ts';
import { readSettings } from './settings.ts';

const DEFAULT_PORT = 3001;

/** A query lists ids of sessions, each up to 2 KB. */
const MAX_HEADER_BYTES = 256 * 1024;

export type Console = Awaited<ReturnType<typeof startConsole>>;

/**
 * @param port undefined takes the usual one, or any when that is taken or is one of `others`.
 * @throws StartError
 */
export async function startConsole(port: number | undefined, others: number[] = []) {
  const requests = new Requests();
  const attached = Promise.withResolvers<LocalHost>();

  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, async (request, response) => {
    try {
      if (!isOwn(request)) return void response.writeHead(403).end('This page is for this machine only.\n');
      const host = await attached.promise;
      const { pathname, query } = parseTarget(request);
      for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
      if (pathname.startsWith(SESSIONS_PATH)) return await forward(request, response, host);
      const control = CONTROLS[`${request.method} ${pathname}`];
      if (control) return sendJson(response, await control(host, request));
      if (request.method !== 'GET') return void response.writeHead(405).end();
      if (pathname === '/console/events') return requests.stream(response);
      if (pathname === '/console/sessions') return sendJson(response, await readSessions(host, query));
      if (pathname === '/console/settings') return sendJson(response, readSettings(host));
      if (pathname === '/openapi.json') return sendJson(response, await reference(host));
      const [, requestId] = pathname.match(/^\/console\/requests\/([^/]+)$/) ?? [];
      const details = requestId && requests.read(host, requestId);
      if (details) return sendJson(response, details);
      if (!(await sendFile(pathname, response))) response.writeHead(404).end('Not found\n');
    } catch (error) {
      if (response.headersSent) response.destroy();
      else if (error instanceof InvalidControl) sendJson(response, { error: error.message }, 400);
      else response.writeHead(500).end(`${error}\n`);
    }
  });

  const usual = others.includes(DEFAULT_PORT) ? 0 : DEFAULT_PORT;
  const taken = await listen(server, port ?? usual).catch((error: NodeJS.ErrnoException) =>
    port === undefined && error.code === 'EADDRINUSE'
      ? listen(server, 0)
      : unavailablePort(port ?? usual, 'CONSOLE_PORT')(error),
  );
  return {
    url: `http://localhost:${taken}`,
    onRequest: (request: RequestRecord) => requests.add(request),
    /** Serves this host; until then requests wait. */
    attach: (host: LocalHost) => attached.resolve(host),
    close: () => close(server),
  };
}

/** Its own pages only: another site's could reach it under a name of its own, or post to it. */
function isOwn({ headers }: IncomingMessage): boolean {
  const { host, origin } = headers;
  return isForThisMachine(headers) && (origin === undefined || origin === `http://${host}`);
}

function parseTarget({ url = '' }: IncomingMessage): { pathname: string; query: URLSearchParams } {
  const { pathname = '', searchParams } = URL.parse(url, 'http://localhost') ?? {};
  return { pathname, query: searchParams ?? new URLSearchParams() };
}

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
