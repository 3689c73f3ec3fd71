/** A route as a Lambda function: API Gateway's responses (payload format 2.0), and every failure. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { LoggableError } from '../aws/loggable-error.ts';
import { logFailure } from '../observability/log.ts';
import { count, type MetricName } from '../observability/metrics.ts';
import { internalServerError, toHttpError } from './errors.ts';

export interface RouteResponse {
  status: number;
  body: object;
  /** Besides those of every response; names in lower case. */
  headers?: Readonly<Record<string, string>>;
  /** Counted once the route has succeeded. */
  metric?: readonly [name: MetricName, value: number];
  /** Logged; the client sees only the status. */
  failure?: unknown;
}

/** Responds, or throws: an HttpError or an error of a session for clients, anything else for a 500. */
export type Route = (event: APIGatewayProxyEventV2) => Promise<RouteResponse>;

/** The part of Lambda's context that is used. */
export type InvocationContext = Pick<Context, 'awsRequestId'>;

export type Handler = (
  event: APIGatewayProxyEventV2,
  context: InvocationContext,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** The header with the id that the log has for a request. */
export const REQUEST_ID_HEADER = 'x-request-id';

export const ok = (body: object, metric?: RouteResponse['metric']): RouteResponse => ({
  status: 200,
  body,
  ...(metric && { metric }),
});

/**
 * The Lambda handler of a route. It never rejects: whatever is thrown becomes a response.
 * @param describeCaller what lines say of the caller of an event that came from API Gateway.
 */
export function respond(
  route: Route,
  describeCaller: (event: APIGatewayProxyEventV2) => { caller?: string } = () => ({}),
): Handler {
  const toLogged = (event: APIGatewayProxyEventV2 | null) =>
    event?.requestContext ? describeCaller(event) : {};
  return async (event, context) => {
    // An invocation that does not come from API Gateway may have any event, or none.
    const requestId = event?.requestContext?.requestId ?? context.awsRequestId;
    const log = (failure: unknown) =>
      logFailure(failure, { requestId, functionRequestId: context.awsRequestId, event, ...toLogged(event) });
    try {
      const response = await route(event);
      const result = toResult(response, requestId);
      if (response.metric) count(...response.metric, toLogged(event));
      if (response.failure !== undefined) log(response.failure);
      return result;
    } catch (thrown) {
      const error = toHttpError(thrown);
      if (!error) log(thrown);
      else if (error.metric) count(error.metric, 1, toLogged(event));
      return toResult((error ?? internalServerError(requestId)).toResponse(), requestId);
    }
  };
}

/** Lambda accepts 6 MB (its developer guide, "Lambda quotas"), and counts the body as text within JSON. */
export const MAX_RESPONSE_BYTES = 6_000_000;

/** The size of a response's body as Lambda counts it, in bytes. */
export const countResponseBytes = (body: string): number => Buffer.byteLength(JSON.stringify(body));

export function toResult(
  { status, body, headers }: RouteResponse,
  requestId: string,
): APIGatewayProxyStructuredResultV2 {
  const text = JSON.stringify(body);
  // Counted only where it may be too much: each character counts at most seven bytes.
  if (7 * text.length > MAX_RESPONSE_BYTES && countResponseBytes(text) > MAX_RESPONSE_BYTES) {
    throw new LoggableError(`The response is larger than Lambda's ${MAX_RESPONSE_BYTES} bytes`);
  }
  return {
    statusCode: status,
    headers: {
      ...headers,
      'content-type': 'application/json',
      // The response changes with every millisecond and its URL is a bearer secret.
      'cache-control': 'no-store',
      [REQUEST_ID_HEADER]: requestId,
    },
    body: text,
  };
}
