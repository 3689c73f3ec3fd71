/**
 * The HTTP API on this machine: matches a request to a route of the stack, as API Gateway would, and answers.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import Router, { type HTTPMethod } from 'find-my-way';
import type { LocalFunction } from '../lambda/lambda.ts';
import { isForThisMachine } from '../loopback.ts';
import type { CorsDefinition, RouteDefinition } from '../stack/stack-definition.ts';
import type { Authorize } from './authorizer.ts';
import { corsHeaders, preflightAnswer } from './cors.ts';
import {
  type GatewayAnswer,
  GatewayError,
  MAX_BODY_BYTES,
  MAX_HEADER_BYTES,
  malformed,
  rejectSocket,
} from './gateway-error.ts';
import { fromResult, splitTarget, toEvent } from './http-event.ts';

/** How long a client may take to send its headers, and its whole request, in milliseconds. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** What a request is matched to. */
interface Target {
  route: RouteDefinition;
  run: LocalFunction;
}

export interface GatewayOptions {
  routes: readonly RouteDefinition[];
  functions: ReadonlyMap<string, LocalFunction>;
  /** Asked for the routes that have an authorizer. */
  authorize: Authorize;
  cors: CorsDefinition | undefined;
  /** Is told why a request was refused or has failed; clients are not. */
  report(line: Record<string, string | number>): void;
}

/** The server of these routes; it does not listen yet. */
export function createGateway({ routes, functions, authorize, cors, report }: GatewayOptions): Server {
  const find = routeFinder(routes, functions);
  /** The last answer that a connection waits for. */
  const pending = new WeakMap<Duplex, ServerResponse>();

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
      pending.set(request.socket, response);
      send(response, preflightAnswer(cors, request) ?? (await answer(request, requestId)), requestId);
    },
  );
  // Kept although API Gateway does it in its own way, because a client would otherwise see a reset in the
  // place of an answer: half-closed connections, answers in the order of requests, and 4xx for what is not
  // HTTP. What else Node.js does with odd requests (CONNECT, Expect) is left to it.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(socket, malformed(error)));
  return server;

  /** Refuses what could not be read on a connection, after the answers to what could. */
  function refuse(socket: Duplex, refusal: GatewayError): void {
    const before = pending.get(socket);
    // A request that breaks off in its body is itself what is refused.
    if (before?.req.complete && !before.writableFinished && !before.destroyed) {
      before.once('finish', () => rejectSocket(socket, refusal));
    } else rejectSocket(socket, refusal);
  }

  async function answer(request: IncomingMessage, requestId: string): Promise<GatewayAnswer> {
    try {
      if (request.httpVersion === '1.1' && !request.headers.host)
        throw new GatewayError(400, 'The Host header is missing');
      if (request.headers.host && !isForThisMachine(request.headers))
        throw new GatewayError(403, 'The Host header names another machine; use localhost or 127.0.0.1');
      const { target, path, pathParameters } = find(request);
      const event = toEvent({
        request,
        body: await readBody(request),
        requestId,
        receivedAt: Date.now(),
        method: target.route.method,
        path,
        routePath: target.route.path,
        pathParameters,
      });
      if (target.route.authorizer) {
        Object.assign(event.requestContext, { authorizer: await authorize(event) });
      }
      const result = await target.run.invoke(event);
      const response = fromResult(result);
      if (!response) throw new Error(`${target.route.functionName} returned what is no HTTP response`);
      // API Gateway promises them on answers of integrations only.
      return { ...response, headers: { ...response.headers, ...corsHeaders(cors, request) } };
    } catch (thrown) {
      const isGone = request.destroyed && !request.complete;
      const refusal =
        thrown instanceof GatewayError
          ? thrown
          : isGone
            ? new GatewayError(400, 'The client went away')
            : new GatewayError(500, String(thrown));
      const { answer, message } = refusal;
      const level = answer.status === 500 ? 'ERROR' : 'INFO';
      report({ timestamp: new Date().toISOString(), level, requestId, status: answer.status, message });
      return answer;
    }
  }
}

function send(response: ServerResponse, { status, headers, body }: GatewayAnswer, requestId: string): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    ...headers,
    'apigw-requestid': requestId,
    ...(status !== 204 && { 'content-length': Buffer.byteLength(body) }),
  });
  response.end(body);
}

interface Found {
  target: Target;
  /** Decoded. */
  path: string;
  pathParameters: Record<string, string>;
}

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
    const path = decodedPath(request);
    const match = router.find(request.method as HTTPMethod, encodedSegments(path));
    const parameters = Object.entries(match?.params ?? {}).map(([name, value]) => [name, String(value)]);
    // The router lets a parameter be empty, API Gateway does not.
    if (!match || parameters.some(([, value]) => value === '')) {
      throw new GatewayError(404, `No such route; there are ${served}`);
    }
    return { target: match.store as Target, path, pathParameters: Object.fromEntries(parameters) };
  };
}

/**
 * API Gateway decodes a path before it matches it: an encoded `/` makes two segments, an encoded `?` ends the
 * path.
 * @throws GatewayError for a path whose percent-encoding is not that of UTF-8.
 */
function decodedPath(request: IncomingMessage): string {
  try {
    const [path = ''] = decodeURIComponent(splitTarget(request).path).split('?');
    return path;
  } catch {
    throw new GatewayError(400, 'The path is not valid percent-encoded UTF-8');
  }
}

/** In the form that the router takes, which decodes what it has matched. */
const encodedSegments = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new GatewayError(413, `The body exceeds ${MAX_BODY_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
