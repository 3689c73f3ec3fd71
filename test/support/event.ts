/** Builder of API Gateway events, payload format 2.0. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Route, routes } from '../../infra/routes.ts';

/** The route with this id in infra/routes.ts. */
export function findRoute(id: string): Route {
  const route = routes.find((candidate) => candidate.id === id);
  if (!route) throw new Error(`No route ${id}`);
  return route;
}

/** The event of a request to the route; API Gateway hands path parameters over decoded. */
export function eventFor(
  route: Route,
  pathParameters: Record<string, string>,
  overrides: Partial<APIGatewayProxyEventV2> = {},
): APIGatewayProxyEventV2 {
  const routeKey = `${route.method} ${route.path}`;
  const path = route.path.replace(/\{(\w+)\}/g, (_, name) => pathParameters[name] ?? '');
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: { host: 'abcdef1234.execute-api.us-east-1.amazonaws.com' },
    pathParameters,
    isBase64Encoded: false,
    requestContext: {
      accountId: '123456789012',
      apiId: 'abcdef1234',
      domainName: 'abcdef1234.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'abcdef1234',
      http: { method: route.method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey,
      stage: '$default',
      time: '02/Mar/2026:09:00:00 +0000',
      timeEpoch: Date.UTC(2026, 2, 2, 9),
    },
    ...overrides,
  };
}
