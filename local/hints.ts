/** What would help a developer whose request was rejected: the setting that lets it pass. */
import type { IncomingMessage } from 'node:http';
import { origin as toOrigin } from '../infra/config/origin.ts';
import { routes as allRoutes, SESSIONS_PATH } from '../infra/routes.ts';
import { preflightResponse } from './gateway/cors.ts';
import type { CorsDefinition, RouteDefinition } from './stack/stack-definition.ts';

/** @param routes those that are deployed. */
export function missingRoute(method: string, path: string, routes: readonly RouteDefinition[]): string {
  const route = allRoutes.find((one) => one.method === method && one.path === path);
  if (route?.onlyWith) return `Not deployed by default; -c ${route.onlyWith}=on deploys ${method} ${path}`;
  return `No such route; there are ${routes.length} at ${SESSIONS_PATH}, which README.md lists`;
}

/** Why a browser will not send the request that this preflight asks for; undefined when it will. */
export function rejectedPreflight(
  cors: CorsDefinition | undefined,
  request: IncomingMessage,
): string | undefined {
  const { origin, ...headers } = request.headers;
  const method = headers['access-control-request-method'];
  if (request.method !== 'OPTIONS' || !origin || !method) return undefined;
  const allowed = preflightResponse(cors, request)?.headers ?? {};
  if (!cors || !allowed['access-control-allow-origin']) {
    if (toOrigin(origin) === undefined)
      return `Preflight rejected; no setting allows pages of the origin ${origin}`;
    const origins = [...(cors?.AllowOrigins ?? []), origin].join(',');
    return `Preflight rejected; -c corsOrigins=${origins} lets pages of this origin call the API`;
  }
  if (!cors.AllowMethods.includes(method))
    return `Preflight rejected; pages may send ${cors.AllowMethods.join(', ')}`;
  const asked = headers['access-control-request-headers']?.toLowerCase().split(/[ ,]+/) ?? [];
  const known = cors.AllowHeaders.map((name) => name.toLowerCase());
  const other = asked.find((name) => name !== '' && !known.includes(name));
  return other && `Preflight rejected; pages may not send the header ${other}, only ${known.join(', ')}`;
}
