/** What API Gateway tells browsers (its developer guide, "Configuring CORS for HTTP APIs"). */
import type { IncomingMessage } from 'node:http';
import type { CorsDefinition } from '../stack/stack-definition.ts';
import type { GatewayResponse } from './gateway-error.ts';

/** The CORS headers of the response to this request. */
export function corsHeaders(
  cors: CorsDefinition | undefined,
  { headers: { origin } }: IncomingMessage,
): Record<string, string> {
  if (!cors || !isAllowed(cors, origin)) return {};
  return {
    ...allowOrigin(cors, origin),
    'access-control-expose-headers': cors.ExposeHeaders.join(','),
  };
}

/** The response to a preflight; undefined for any other request. */
export function preflightResponse(
  cors: CorsDefinition | undefined,
  { method, headers }: IncomingMessage,
): GatewayResponse | undefined {
  const { origin } = headers;
  if (!cors || method !== 'OPTIONS' || !origin || !headers['access-control-request-method']) return undefined;
  return {
    status: 204,
    headers: {
      'cache-control': 'no-store',
      ...(isAllowed(cors, origin) && {
        ...allowOrigin(cors, origin),
        'access-control-allow-methods': cors.AllowMethods.join(','),
        'access-control-allow-headers': cors.AllowHeaders.join(','),
        'access-control-max-age': String(cors.MaxAge),
      }),
    },
    body: '',
  };
}

function isAllowed({ AllowOrigins: origins }: CorsDefinition, origin: string | undefined): origin is string {
  return origin !== undefined && (origins.includes('*') || origins.includes(origin));
}

function allowOrigin({ AllowOrigins: origins }: CorsDefinition, origin: string): Record<string, string> {
  return origins.includes('*')
    ? { 'access-control-allow-origin': '*' }
    : { 'access-control-allow-origin': origin, vary: 'Origin' };
}
