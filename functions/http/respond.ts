/**
 * What a route returned or threw, as API Gateway's response (payload format 2.0). Every failure of a route is
 * caught here.
 */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { LoggableError } from '../aws/loggable-error.ts';
import { logFailure } from '../observability/log.ts';
import { HttpError, internalServerError } from './errors.ts';

export interface Answer {
  status: number;
  body: object;
  /** Besides those that every answer has; names in lower case. */
  headers?: Readonly<Record<string, string>>;
}

/** One route: answers, or throws an HttpError for what clients are told, or anything else for a 500. */
export type Route = (event: APIGatewayProxyEventV2, context: InvocationContext) => Promise<Answer>;

/** As much of Lambda's context as is used. */
export type InvocationContext = Pick<Context, 'awsRequestId'>;

export type Handler = (
  event: APIGatewayProxyEventV2,
  context: InvocationContext,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** The header under which a client is told the id that the log knows its request by. */
export const REQUEST_ID_HEADER = 'x-request-id';

export const ok = (body: object): Answer => ({ status: 200, body });

/** The Lambda handler of a route. It never rejects: whatever is thrown becomes an answer. */
export function respond(route: Route): Handler {
  return async (event, context) => {
    // An invocation that does not come from API Gateway may have any event, or none.
    const requestId = event?.requestContext?.requestId ?? context.awsRequestId;
    try {
      return json(await route(event, context), requestId);
    } catch (thrown) {
      if (thrown instanceof HttpError) return json(failure(thrown), requestId);
      logFailure(thrown, { requestId, functionRequestId: context.awsRequestId, event });
      return json(failure(internalServerError(requestId)), requestId);
    }
  };
}

function failure({ status, code, message, details, headers }: HttpError): Answer {
  return { status, headers, body: { success: false, error: { code, message, ...(details && { details }) } } };
}

/** Lambda accepts 6 MB (its developer guide, "Lambda quotas"), and counts the body as text within JSON. */
export const MAX_ANSWER_BYTES = 6_000_000;

/** What an answer's body counts for Lambda, in bytes. */
export const countAnswerBytes = (body: string): number => Buffer.byteLength(JSON.stringify(body));

function json({ status, body, headers }: Answer, requestId: string): APIGatewayProxyStructuredResultV2 {
  const text = JSON.stringify(body);
  // Counted only where it may be too much: each character counts at most seven bytes.
  if (7 * text.length > MAX_ANSWER_BYTES && countAnswerBytes(text) > MAX_ANSWER_BYTES) {
    throw new LoggableError(`The answer is larger than Lambda's ${MAX_ANSWER_BYTES} bytes`);
  }
  return {
    statusCode: status,
    headers: {
      ...headers,
      'content-type': 'application/json',
      // The answer changes with every millisecond and its URL is a bearer secret.
      'cache-control': 'no-store',
      [REQUEST_ID_HEADER]: requestId,
    },
    body: text,
  };
}
