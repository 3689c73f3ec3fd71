/** The HTTP API on this machine: matches a request to a route of the stack, as API Gateway would, and answers. */
import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Duplex } from 'node:stream';
import Router, { type HTTPMethod } from 'find-my-way';
import { fromResult, toEvent } from './http-event.ts';
import type { LocalFunction } from './lambda.ts';
import type { RouteDefinition } from './template.ts';

/** API Gateway's quotas for an HTTP API: request line and headers in all, and the body, in bytes. */
const MAX_HEADER_BYTES = 10_240;
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** How long a client may take to send its headers, and its whole request, in milliseconds. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** What a request is matched to. */
interface Target {
  route: RouteDefinition;
  run: LocalFunction;
}

interface GatewayAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer | string;
}

/** A request that the gateway itself answers, in the error shape of the API. */
class Refusal extends Error {
  readonly answer: GatewayAnswer;

  constructor(status: number, code: string, message: string, details?: string) {
    super(message);
    const body = JSON.stringify({ success: false, error: { code, message, ...(details && { details }) } });
    this.answer = {
      status,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body,
    };
  }
}

/**
 * The server of these routes; it does not listen yet.
 * @param report is told what a function failed with; clients are not.
 */
export function createGateway(
  routes: readonly RouteDefinition[],
  functions: ReadonlyMap<string, LocalFunction>,
  report: (line: string) => void,
): Server {
  const find = routeFinder(routes, functions);

  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: 1000,
      // Answered below, with a body.
      requireHostHeader: false,
    },
    async (request, response) => {
      const requestId = randomUUID();
      send(response, await answer(request, requestId), requestId);
    },
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseRaw(socket, malformed(error)));
  server.on('connect', (_request, socket) => refuseRaw(socket, badRequest('CONNECT is not served')));
  server.on('checkExpectation', (_request, response) =>
    send(response, new Refusal(417, 'EXPECTATION_FAILED', 'Expectation failed').answer, randomUUID()),
  );
  return server;

  async function answer(request: IncomingMessage, requestId: string): Promise<GatewayAnswer> {
    try {
      if (request.httpVersion === '1.1' && !request.headers.host)
        throw badRequest('The Host header is missing');
      const { target, pathParameters } = find(request);
      const result = await target.run.invoke(
        toEvent({
          request,
          body: await readBody(request),
          requestId,
          receivedAt: Date.now(),
          method: target.route.method,
          routePath: target.route.path,
          pathParameters,
        }),
      );
      const response = fromResult(result);
      if (!response) throw new Error(`${target.route.functionName} returned what is no HTTP response`);
      return response;
    } catch (thrown) {
      if (thrown instanceof Refusal) return thrown.answer;
      report(`${requestId} ${thrown instanceof Error ? thrown.message : thrown}`);
      return new Refusal(500, 'INTERNAL_SERVER_ERROR', 'Internal server error', `Request id: ${requestId}`)
        .answer;
    }
  }
}

function send(response: ServerResponse, { status, headers, body }: GatewayAnswer, requestId: string): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    ...headers,
    'apigw-requestid': requestId,
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

type Found = { target: Target; pathParameters: Record<string, string> };

function routeFinder(
  routes: readonly RouteDefinition[],
  functions: ReadonlyMap<string, LocalFunction>,
): (request: IncomingMessage) => Found {
  const router = Router({ maxParamLength: MAX_HEADER_BYTES });
  for (const route of routes) {
    const run = functions.get(route.functionName);
    if (!run) throw new Error(`No function ${route.functionName} for ${route.method} ${route.path}`);
    // API Gateway's {name} and {name+} in the router's syntax.
    const path = route.path.replace(/\{\w+\+\}/g, '*').replace(/\{(\w+)\}/g, ':$1');
    router.on(route.method as HTTPMethod, path, () => {}, { route, run } satisfies Target);
  }
  const served = routes.map(({ method, path }) => `${method} ${path}`).join(', ');

  return (request) => {
    const path = pathOf(request.url ?? '');
    const match = router.find(request.method as HTTPMethod, path);
    const parameters = Object.entries(match?.params ?? {}).map(([name, value]) => [name, String(value)]);
    // The router lets a parameter be empty, API Gateway does not.
    if (!match || parameters.some(([, value]) => value === '')) {
      throw new Refusal(404, 'ROUTE_NOT_FOUND', 'No such route', `Routes: ${served}`);
    }
    return { target: match.store as Target, pathParameters: Object.fromEntries(parameters) };
  };
}

/** The path of a request target, query removed; refused when its percent-encoding is not that of UTF-8. */
function pathOf(target: string): string {
  const [path = ''] = target.split('?');
  try {
    decodeURIComponent(path);
  } catch {
    throw badRequest('The path is not valid percent-encoded UTF-8');
  }
  return path;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new Refusal(
        413,
        'REQUEST_TOO_LONG',
        'The request body is too long',
        `At most ${MAX_BODY_BYTES} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const badRequest = (why: string) => new Refusal(400, 'BAD_REQUEST', 'Bad request', why);

function malformed(error: NodeJS.ErrnoException): Refusal {
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    return new Refusal(
      431,
      'HEADERS_TOO_LONG',
      'The headers are too long',
      `At most ${MAX_HEADER_BYTES} bytes`,
    );
  }
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new Refusal(408, 'REQUEST_TIMEOUT', 'The request took too long');
  return badRequest('This is not HTTP');
}

/** Answers on a connection whose request could not be read. */
function refuseRaw(socket: Duplex, { answer: { status, headers, body } }: Refusal): void {
  if (!socket.writable) return void socket.destroy();
  const lines = Object.entries({
    ...headers,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  });
  const head = lines.map(([name, value]) => `${name}: ${value}`).join('\r\n');
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n\r\n${body}`);
}
