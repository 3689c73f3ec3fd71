/** A sample event of each route, made of routes.ts and the examples of openapi.yaml. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Route } from '../../infra/routes.ts';
import { eventFor } from './event.ts';
import { openapi, resolved } from './openapi.ts';

export function sampleEvent(route: Route): APIGatewayProxyEventV2 {
  const operation = openapi.paths[route.path]?.[route.method.toLowerCase()];
  const body = operation?.requestBody?.content['application/json'].example;
  const [query] = (operation?.parameters ?? [])
    .map((parameter) => resolved(parameter))
    .filter((parameter) => parameter.in === 'query');
  return eventFor(route, route.path.includes('{sessionId}') ? { sessionId: 'fresh' } : {}, {
    ...(query && { queryStringParameters: { [query.name]: String(query.example) } }),
    ...(body && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
}
