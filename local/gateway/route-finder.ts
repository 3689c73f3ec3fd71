/** Matches a request to a route of the stack, as API Gateway would. */
import type { IncomingMessage } from 'node:http';
import Router, { type HTTPMethod } from 'find-my-way';
import type { LocalFunction } from '../lambda/lambda.ts';
import type { RouteDefinition } from '../stack/stack-definition.ts';
import { GatewayError, MAX_HEADER_BYTES } from './gateway-error.ts';
import { splitTarget } from './http-event.ts';

/** The route and the function of a request. */
interface Target {
  route: RouteDefinition;
  run: LocalFunction;
}

export interface Found {
  target: Target;
  /** Decoded. */
  path: string;
  pathParameters: Record<string, string>;
}

/** The function throws a GatewayError where there is no such route. */
export function routeFinder(
  routes: readonly RouteDefinition[],
  functions: ReadonlyMap<string, LocalFunction>,
  missingRoute: (method: string, path: string) => string,
): (request: IncomingMessage) => Found {
  const router = Router({ maxParamLength: MAX_HEADER_BYTES });
  for (const route of routes) {
    const run = functions.get(route.functionName);
    if (!run) throw new Error(`No function ${route.functionName} for ${route.method} ${route.path}`);
    // API Gateway's {name} and {name+} in the router's syntax.
    const path = route.path.replace(/\{\w+\+\}/g, '*').replace(/\{(\w+)\}/g, ':$1');
    router.on(route.method as HTTPMethod, path, () => {}, { route, run } satisfies Target);
  }
  return (request) => {
    const path = decodedPath(request);
    const match = router.find(request.method as HTTPMethod, encodedSegments(path));
    const parameters = Object.entries(match?.params ?? {}).map(([name, value]) => [name, String(value)]);
    // The router lets a parameter be empty, API Gateway does not.
    if (!match || parameters.some(([, value]) => value === '')) {
      throw new GatewayError(404, missingRoute(request.method ?? '', path));
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

/** In the router's form: it decodes the parameters that it matches. */
const encodedSegments = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
