/** The hosts on which the contract runs: the handlers called directly, and `npm start`'s own over HTTP. */
import { inject, vi } from 'vitest';
import {
  DEFAULT_TIMEOUT,
  DYNAMODB_ENDPOINT,
  IDEMPOTENCY_SALT,
  MAX_DURATION,
  TABLE_NAME,
  WARNING_THRESHOLD,
} from '../../functions/aws/environment.ts';
import { Clock } from '../../local/clock.ts';
import type { RequestRecord } from '../../local/gateway/request-record.ts';
import { type LocalHost, startHost } from '../../local/host.ts';
import type { LogLine } from '../../local/lambda/log-line.ts';
import { ON_FREE_PORTS } from '../../local/options.ts';
import { type DynamoDBProxy, startDynamoDBProxy } from './dynamodb-proxy.ts';
import { startEngine } from './engine.ts';
import { findRoute } from './event.ts';
import type { AccessKind } from './global-setup.ts';
import { invoke, loadHandler } from './handlers.ts';
import { assertConforms, type HttpResponse } from './openapi.ts';
import { request } from './request.ts';
import { USER_ID } from './session-item.ts';
import { createSessionsTable, type TestTable, tableAt } from './sessions-table.ts';

export interface Host {
  /** Whether each caller has sessions of their own. */
  hasOwners: boolean;
  table: Omit<TestTable, 'close'>;
  /** Calls a route; the response is held against openapi.yaml. */
  call(routeId: string, call?: Call): Promise<HttpResponse>;
  /** The DynamoDB that the functions use, to be made fail. */
  dynamodb: DynamoDBProxy;
  /** Makes it this instant, in epoch milliseconds, until it is told another or the real time again. */
  setNow(instant: number | undefined): void;
}

export interface Call {
  sessionId?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  /** Sent as JSON; text is sent as it is. */
  body?: unknown;
  /** The user who calls, where that matters. Otherwise it is the user that the body or the query names. */
  as?: string;
}

/** The headers and the text that a call sends. */
function payload({ headers = {}, body }: Call): { headers: Record<string, string>; body?: string } {
  if (body === undefined) return { headers };
  return {
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

export async function startDirect(): Promise<Host & { close(): Promise<void> }> {
  const table = await createSessionsTable();
  const dynamodb = await startDynamoDBProxy(table.endpoint);
  vi.stubEnv(TABLE_NAME.name, table.name);
  vi.stubEnv(DYNAMODB_ENDPOINT.name, dynamodb.endpoint);
  vi.stubEnv(IDEMPOTENCY_SALT.name, 'test');
  for (const { name } of [DEFAULT_TIMEOUT, MAX_DURATION, WARNING_THRESHOLD]) vi.stubEnv(name, undefined);
  // A handler keeps the table that was there when its module was loaded.
  vi.resetModules();
  return {
    hasOwners: false,
    table,
    dynamodb,
    async call(routeId, call = {}) {
      const route = findRoute(routeId);
      const { sessionId, query } = call;
      const path = sessionId === undefined ? {} : { sessionId };
      const request = { ...payload(call), ...(query && { queryStringParameters: query }) };
      const response = await invoke(await loadHandler(route), route, path, request);
      assertConforms(response, route);
      return response;
    },
    setNow(instant) {
      if (instant === undefined) vi.useRealTimers();
      else vi.useFakeTimers({ toFake: ['Date'], now: instant });
    },
    async close() {
      vi.unstubAllEnvs();
      await dynamodb.close();
      await table.close();
    },
  };
}

export async function startHttp(access: AccessKind): Promise<Host & { close(): Promise<void> }> {
  const engine = await startEngine();
  const dynamodb = await startDynamoDBProxy(engine.endpoint);
  const { host, close, clock } = await startTestHost({ dynamodbEndpoint: dynamodb.endpoint, access });
  const [table] = host.stack.tables;
  return {
    hasOwners: access === 'owner',
    table: tableAt(engine.endpoint, table?.name ?? ''),
    dynamodb,
    async call(routeId, call = {}) {
      const route = findRoute(routeId);
      const path = route.path.replace('{sessionId}', encodeURIComponent(call.sessionId ?? ''));
      const url = new URL(`${host.url}${path}`);
      for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
      const { headers, ...rest } = payload(call);
      const response = await request(url.href, {
        method: route.method,
        headers: { ...(await credentials(host, userOf(call))), ...headers },
        ...rest,
      });
      assertConforms(response, route);
      return response;
    },
    setNow(instant) {
      clock.standAt(instant);
    },
    async close() {
      await close();
      await dynamodb.close();
      await engine.close();
    },
  };
}

/** What a caller sends to be let in, on behalf of this user where users have sessions of their own. */
async function credentials({ access }: LocalHost, userId: string): Promise<Record<string, string>> {
  if (!access.tokenFor) return access.caller.headers;
  return { authorization: `Bearer ${await access.tokenFor(userId)}` };
}

function userOf({ as, body, query }: Call): string {
  const named =
    typeof body === 'object' && body !== null && 'userId' in body ? body.userId : query?.['userId'];
  return as ?? (typeof named === 'string' ? named : USER_ID);
}

export interface TestHostOptions {
  /** A DynamoDB that runs already. */
  dynamodbEndpoint?: string;
  access?: AccessKind;
  /** Settings to synthesize a stack with, instead of one of those for tests. */
  context?: Record<string, string>;
  onRequest?: (request: RequestRecord) => void;
}

/** `npm start`'s host on free ports, with every route and its log kept. */
export async function startTestHost({
  dynamodbEndpoint,
  access = 'none',
  context,
  onRequest,
}: TestHostOptions = {}): Promise<{
  host: LocalHost;
  clock: Clock;
  close(): Promise<void>;
  /** All that the functions have logged, as it would be when they are deployed. */
  log(): string;
}> {
  const clock = new Clock();
  const logged: string[] = [];
  const onLog = ({ kind, text }: LogLine) => kind === 'line' && logged.push(text);
  const host = await startHost(
    { ...ON_FREE_PORTS, dynamodbEndpoint, context: context ?? {} },
    {
      clock,
      ...(!context && { synthesized: inject('stacks')[access] }),
      onLog,
      onRequest(record) {
        record.log.forEach(onLog);
        onRequest?.(record);
      },
    },
  );
  return {
    host,
    clock,
    close: () => host.close(),
    log: () => logged.join('\n'),
  };
}
