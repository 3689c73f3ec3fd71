/** HTTP to API Gateway's payload format 2.0 and back (its developer guide, "Lambda proxy integrations"). */
import { isUtf8 } from 'node:buffer';
import { type IncomingMessage, validateHeaderName, validateHeaderValue } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

export interface MatchedRequest {
  request: IncomingMessage;
  body: Buffer;
  requestId: string;
  /** Epoch milliseconds. */
  receivedAt: number;
  method: string;
  /** Decoded, as API Gateway hands it over. */
  path: string;
  /** `<method> <path>`, in API Gateway's path syntax. */
  routeKey: string;
  /** Decoded, as API Gateway hands them over. */
  pathParameters: Record<string, string>;
}

/** The event that API Gateway would send to the function. */
export function toEvent(matched: MatchedRequest): APIGatewayProxyEventV2 {
  const { request, body, requestId, receivedAt, method, path, routeKey, pathParameters } = matched;
  const { rawQueryString } = splitTarget(request);
  const { cookie, ...headers } = joined(request.headersDistinct);
  const isText =
    isUtf8(body) && /^text\/|json|xml|javascript|urlencoded/.test(headers['content-type'] ?? 'text/plain');
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString,
    headers,
    ...(cookie && { cookies: cookie.split('; ') }),
    ...(rawQueryString && { queryStringParameters: queryParameters(rawQueryString) }),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: headers['host'] ?? '',
      domainPrefix: 'local',
      http: {
        method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey,
      stage: '$default',
      time: clfTime(receivedAt),
      timeEpoch: receivedAt,
    },
  };
}

/** A request target's path and query, both as they were sent; a target may also be a whole URL. */
export function splitTarget({ url = '' }: Pick<IncomingMessage, 'url'>): {
  path: string;
  rawQueryString: string;
} {
  const [path = '', ...query] = url.replace(/^https?:\/\/[^/?]*/i, '').split('?');
  return { path, rawQueryString: query.join('?') };
}

/** A function's result as an HTTP response; undefined for an invalid one. */
export function fromResult(
  result: unknown,
): { status: number; headers: Record<string, string | string[]>; body: Buffer } | undefined {
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) return undefined;
  const {
    statusCode,
    headers = {},
    cookies,
    body = '',
    isBase64Encoded,
  } = result as APIGatewayProxyStructuredResultV2;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  const pairs = [...texts, ...(cookies ?? []).map((cookie) => ['set-cookie', cookie] as const)];
  if (!pairs.every(isHeader)) return undefined;
  return {
    status,
    headers: { ...Object.fromEntries(texts), ...(cookies && { 'set-cookie': cookies }) },
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}

function isHeader([name, value]: readonly [string, string]): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

/**
 * API Gateway joins the values of a header that is sent more than once by commas, and those of cookies as
 * they are.
 */
function joined(headers: IncomingMessage['headersDistinct']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, values = []]) => [name, values.join(name === 'cookie' ? '; ' : ',')]),
  );
}

/** The values of a name that is given more than once are joined by commas. */
function queryParameters(rawQueryString: string): Record<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const before = parameters.get(name);
    parameters.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(parameters);
}

/** API Gateway's form of an instant: `12/Mar/2020:19:03:58 +0000`. */
function clfTime(instant: number): string {
  const [, day, month, year, clock] = new Date(instant).toUTCString().split(' ');
  return `${day}/${month}/${year}:${clock} +0000`;
}
