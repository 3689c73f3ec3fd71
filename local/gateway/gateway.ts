/** The HTTP API on this machine: matches a request to a route as API Gateway would, and responds. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { FunctionFailure, type LocalFunction, type OnLog } from '../lambda/lambda.ts';
import type { LogLine } from '../lambda/log-line.ts';
import { isForThisMachine } from '../loopback.ts';
import type { CorsDefinition, RouteDefinition } from '../stack/stack-definition.ts';
import type { Authorize } from './authorizer.ts';
import { corsHeaders, preflightResponse } from './cors.ts';
import type { Faults } from './faults.ts';
import { GatewayError, type GatewayResponse, MAX_BODY_BYTES, MAX_HEADER_BYTES } from './gateway-error.ts';
import { fromResult, toEvent } from './http-event.ts';
import { type Received, type RequestRecord, toRecord } from './request-record.ts';
import { routeFinder } from './route-finder.ts';
import type { Throttle } from './throttle.ts';

const ON_DEMAND = 'You asked the console for this fault';

/** How long a client may take to send its headers, and its whole request, in milliseconds. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

export interface Hints {
  missingRoute(method: string, path: string): string;
  /** Undefined for a request that is no preflight, or one that passes. */
  rejectedPreflight(request: IncomingMessage): string | undefined;
}

export interface GatewayOptions {
  routes: readonly RouteDefinition[];
  functions: ReadonlyMap<string, LocalFunction>;
  /** Asked for the routes that have an authorizer. */
  authorize: Authorize;
  cors: CorsDefinition | undefined;
  throttle: Throttle;
  faults: Faults;
  /** Epoch milliseconds. */
  now(): number;
  /** Awaited before a function gets a request. */
  settle(): Promise<void>;
  /** Receives each request with its response. */
  report(request: RequestRecord): void;
  /** What would help a developer whose request was rejected; for the terminal. */
  hints: Hints;
}

/** The server of these routes; it does not listen yet. */
export function createGateway(options: GatewayOptions): Server {
  const { routes, functions, authorize, cors, throttle, faults, now, settle, report, hints } = options;
  const find = routeFinder(routes, functions, hints.missingRoute);

  return createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
    },
    async (request, response) => {
      const [requestId, started] = [randomUUID(), performance.now()];
      const received: Received = { waitedMs: 0 };
      const log: LogLine[] = [];
      const preflight = preflightResponse(cors, request);
      const responded = preflight
        ? ([preflight, hints.rejectedPreflight(request)] as const)
        : await respond(request, requestId, (line) => log.push(line), received);
      send(response, responded[0], requestId);
      const milliseconds = performance.now() - started - received.waitedMs;
      report(toRecord({ request, received, requestId, at: now(), milliseconds, log }, responded));
    },
  );
  async function respond(
    request: IncomingMessage,
    requestId: string,
    onLog: OnLog,
    received: Received,
  ): Promise<readonly [GatewayResponse, why: string | undefined]> {
    try {
      if (request.headers.host && !isForThisMachine(request.headers))
        throw new GatewayError(403, 'The Host header names another machine; use localhost or 127.0.0.1');
      // Before anything that rejects the request: the console shows it whole.
      const body = await readBody(request);
      received.body = body;
      const { target, path, pathParameters } = find(request);
      const routeKey = `${target.route.method} ${target.route.path}`;
      const fault = faults.take(routeKey);
      if (fault?.fault === 429 || fault?.fault === 500) throw new GatewayError(fault.fault, ON_DEMAND);
      throttle(routeKey);
      const before = performance.now();
      await settle();
      received.waitedMs = performance.now() - before;
      const event = toEvent({
        request,
        body,
        requestId,
        receivedAt: now(),
        method: target.route.method,
        path,
        routeKey,
        pathParameters,
      });
      if (target.route.authorizer) {
        Object.assign(event.requestContext, { authorizer: await authorize(event, onLog, { request, body }) });
      }
      const result = await target.run.invoke(event, onLog);
      const response = fromResult(result);
      if (fault?.fault === 'slow') await delay(fault.delayMs);
      if (fault?.fault === 503) throw new GatewayError(503, `${ON_DEMAND}; the function has run`);
      if (!response) throw new Error(`${target.route.functionName} returned an invalid response`);
      // API Gateway promises them on responses of integrations only.
      const withCors = { ...response, headers: { ...response.headers, ...corsHeaders(cors, request) } };
      return [withCors, fault && ON_DEMAND];
    } catch (thrown) {
      const isGone = request.destroyed && !request.complete;
      const rejection =
        thrown instanceof GatewayError
          ? thrown
          : isGone
            ? new GatewayError(400, 'The client went away')
            : new GatewayError(500, thrown instanceof FunctionFailure ? thrown.message : String(thrown));
      return [rejection.response, hints.rejectedPreflight(request) ?? rejection.message];
    }
  }
}

function send(response: ServerResponse, { status, headers, body }: GatewayResponse, requestId: string): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    ...headers,
    'apigw-requestid': requestId,
    ...(status !== 204 && { 'content-length': Buffer.byteLength(body) }),
  });
  response.end(body);
}

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
