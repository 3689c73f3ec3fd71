/** Calls a deployed API, and holds each response against openapi.yaml. */
import { setTimeout as wait } from 'node:timers/promises';
import { findRoute } from '../../support/event.ts';
import { assertConforms, type HttpResponse } from '../../support/openapi.ts';
import { request } from '../../support/request.ts';

export interface Target {
  /** The origin of the API. */
  url: string;
  /** What lets a caller in; empty when the API is public. */
  credentials: Record<string, string>;
}

export interface Call {
  sessionId?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface Exchange {
  /** `<method> <path>`. */
  request: string;
  response: HttpResponse;
  milliseconds: number;
}

/** A response that is not the one that was expected. */
export class WrongResponse extends Error {
  override readonly name = 'WrongResponse';
  readonly exchange: Exchange;

  constructor(message: string, exchange: Exchange) {
    super(message);
    this.exchange = exchange;
  }
}

/** A response of API Gateway's that says that it does not have this route, which a setting deploys. */
export class NotDeployed extends Error {
  override readonly name = 'NotDeployed';
}

/** How long API Gateway and a cold start may take together, in milliseconds. */
const RESPONSE_DEADLINE_MS = 20_000;

/**
 * @throws NotDeployed, WrongResponse when the status is another or the response breaks openapi.yaml, and what
 * `fetch` throws when there is no response.
 */
export async function call(
  { url, credentials }: Target,
  routeId: string,
  status: number,
  { sessionId = '', query = {}, headers = {}, body }: Call = {},
): Promise<Exchange> {
  const route = findRoute(routeId);
  const address = new URL(url + route.path.replace('{sessionId}', encodeURIComponent(sessionId)));
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  const made = await exchange(route.method, address, {
    headers: { ...(body !== undefined && JSON_TYPE), ...credentials, ...headers },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const { response } = made;
  if (response.status === 404 && status !== 404 && isFromGateway(response)) {
    if (route.onlyWith) throw new NotDeployed();
    throw new WrongResponse('the route is not deployed', made);
  }
  if (response.status !== status) throw new WrongResponse(`expected ${status}: ${excerpt(response)}`, made);
  try {
    assertConforms(response, route);
  } catch (error) {
    throw new WrongResponse((error as Error).message.split('\n')[0] ?? '', made);
  }
  return made;
}

export async function exchange(
  method: string,
  address: URL,
  init: Pick<RequestInit, 'headers' | 'body'>,
): Promise<Exchange> {
  const started = performance.now();
  const response = await request(address.href, {
    method,
    ...init,
    redirect: 'manual',
    signal: AbortSignal.timeout(RESPONSE_DEADLINE_MS),
  });
  return {
    request: `${method} ${address.pathname}`,
    response,
    milliseconds: Math.round(performance.now() - started),
  };
}

/** Repeats what an index that follows the table may not show yet. */
export async function eventually<T>(attempt: () => Promise<T>, isDone: (result: T) => boolean): Promise<T> {
  for (let round = 1; ; round += 1) {
    const result = await attempt();
    if (isDone(result) || round === 10) return result;
    await wait(500);
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };

const isFromGateway = ({ body }: HttpResponse) =>
  typeof body === 'object' && body !== null && 'message' in body && !('error' in body);

const excerpt = ({ status, text }: HttpResponse) => `returned ${status} ${text.slice(0, 200)}`;
