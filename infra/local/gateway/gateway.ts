/** The HTTP API on this machine: matches a request to a route of the stack, as API Gateway would, and answers. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import Router, { type HTTPMethod } from 'find-my-way';
import type { LocalFunction } from '../lambda/lambda.ts';
import type { CorsDefinition, RouteDefinition } from '../stack/stack-definition.ts';
import type { Authorize } from './authorizer.ts';
import { corsHeaders, preflightAnswer } from './cors.ts';
import { fromResult, targetOf, toEvent } from './http-event.ts';
import {
  badRequest,
  type GatewayAnswer,
  MAX_BODY_BYTES,
  MAX_HEADER_BYTES,
  malformed,
  Refusal,
  refuseRaw,
} from './refusal.ts';

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
  /** Is told what a function failed with; clients are not. */
  report(line: Record<string, string>): void;
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
      const answered =
        preflightAnswer(cors, request) ??
        withHeaders(await answer(request, requestId), corsHeaders(cors, request));
      send(response, answered, requestId);
    },
  );
  // A client may close its half of the connection once it has sent its request.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(socket, malformed(error)));
  server.on('connect', (_request, socket) => {
    // Node has let go of this connection: nobody else would notice its errors, or close it.
    socket.on('error', () => socket.destroy());
    refuse(socket, badRequest('CONNECT is not served'));
  });
  server.on('checkExpectation', (_request, response) =>
    send(response, new Refusal(417, 'EXPECTATION_FAILED', 'Expectation failed').answer, randomUUID()),
  );
  return server;

  /** Refuses what could not be read on a connection, after the answers to what could. */
  function refuse(socket: Duplex, refusal: Refusal): void {
    const before = pending.get(socket);
    // A request that breaks off in its body is itself what is refused.
    if (before?.req.complete && !before.writableFinished && !before.destroyed) {
      before.once('finish', () => refuseRaw(socket, refusal));
    } else refuseRaw(socket, refusal);
  }

  async function answer(request: IncomingMessage, requestId: string): Promise<GatewayAnswer> {
    try {
      if (request.httpVersion === '1.1' && !request.headers.host)
        throw badRequest('The Host header is missing');
      const { target, pathParameters } = find(request);
      const event = toEvent({
        request,
        body: await readBody(request),
        requestId,
        receivedAt: Date.now(),
        method: target.route.method,
        routePath: target.route.path,
        pathParameters,
      });
      if (target.route.authorizer) {
        Object.assign(event.requestContext, { authorizer: await authorize(event) });
      }
      const result = await target.run.invoke(event);
      const response = fromResult(result);
      if (!response) throw new Error(`${target.route.functionName} returned what is no HTTP response`);
      return response;
    } catch (thrown) {
      if (thrown instanceof Refusal) return thrown.answer;
      // Nobody waits for an answer any more.
      if (request.destroyed && !request.complete)
        return new Refusal(400, 'ABORTED', 'The client went away').answer;
      report({
        timestamp: new Date().toISOString(),
        level: 'ERROR',
        requestId,
        errorMessage: String(thrown),
      });
      return new Refusal(500, 'INTERNAL_SERVER_ERROR', 'Internal server error', `Request id: ${requestId}`)
        .answer;
    }
  }
}

const withHeaders = (answer: GatewayAnswer, headers: Record<string, string>): GatewayAnswer => ({
  ...answer,
  headers: { ...answer.headers, ...headers },
});

function send(response: ServerResponse, { status, headers, body }: GatewayAnswer, requestId: string): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    ...headers,
    'apigw-requestid': requestId,
    ...(status !== 204 && { 'content-length': Buffer.byteLength(body) }),
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
    const { path } = targetOf(request);
    assertDecodable(path);
    const match = router.find(request.method as HTTPMethod, path);
    const parameters = Object.entries(match?.params ?? {}).map(([name, value]) => [name, String(value)]);
    // The router lets a parameter be empty, API Gateway does not.
    if (!match || parameters.some(([, value]) => value === '')) {
      throw new Refusal(404, 'ROUTE_NOT_FOUND', 'No such route', `Routes: ${served}`);
    }
    return { target: match.store as Target, pathParameters: Object.fromEntries(parameters) };
  };
}

/** @throws Refusal for a path whose percent-encoding is not that of UTF-8. */
function assertDecodable(path: string): void {
  try {
    decodeURIComponent(path);
  } catch {
    throw badRequest('The path is not valid percent-encoded UTF-8');
  }
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
