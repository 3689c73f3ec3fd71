/** The handlers of the routes, called as Lambda calls them. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Handler } from '../../functions/http/respond.ts';
import type { Route } from '../../infra/routes.ts';
import { eventFor } from './event.ts';
import type { HttpResponse } from './openapi.ts';

/** The handler of a route, as its module exports it with the environment of the first call. */
export async function loadHandler(route: Route): Promise<Handler> {
  const module: { handler: Handler } = await import(`../../functions/${route.file}.ts`);
  return module.handler;
}

/** Calls a handler as Lambda does. */
export async function invoke(
  handler: Handler,
  route: Route,
  pathParameters: Record<string, string>,
  overrides: Partial<APIGatewayProxyEventV2> = {},
): Promise<HttpResponse> {
  const event = eventFor(route, pathParameters, overrides);
  const { statusCode, headers, body } = await handler(event, { awsRequestId: 'aws-1' });
  const sent = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return {
    status: Number(statusCode),
    headers: Object.fromEntries(sent),
    text: body ?? '',
    body: JSON.parse(body ?? 'null'),
  };
}
