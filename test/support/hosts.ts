/** The two hosts on which the contract cases run: the handlers called directly, and `npm start`'s own over HTTP. */
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, vi } from 'vitest';
import type { Handler } from '../../functions/http/respond.ts';
import { ENDPOINT_VARIABLE } from '../../functions/session/store/dynamodb.ts';
import { TABLE_VARIABLE } from '../../functions/session/store/table.ts';
import { DEFAULT_VARIABLES } from '../../functions/session/timeout-config.ts';
import { type LocalHost, startHost } from '../../infra/local/host.ts';
import type { Route } from '../../infra/routes.ts';
import { eventFor } from './event.ts';
import { assertConforms, type HttpAnswer } from './openapi.ts';
import { createSessionsTable, type TestTable, tableAt } from './sessions-table.ts';

export interface Host {
  table: Omit<TestTable, 'close'>;
  /** Calls a route; the answer is held against openapi.yaml. */
  call(route: Route, pathParameters: Record<string, string>): Promise<HttpAnswer>;
}

/** Defines the same cases once per host. */
export function describeOnHosts(subject: string, cases: (host: () => Host) => void): void {
  describe.each([
    ['called directly', startDirect],
    ['over HTTP', startHttp],
  ] as const)(`${subject}, %s`, (_name, start) => {
    let host: Host & { close(): Promise<void> };
    beforeAll(async () => {
      host = await start();
    });
    afterAll(() => host.close());
    cases(() => host);
  });
}

async function startDirect() {
  const table = await createSessionsTable();
  vi.stubEnv(TABLE_VARIABLE, table.name);
  vi.stubEnv(ENDPOINT_VARIABLE, table.endpoint);
  for (const variable of Object.values(DEFAULT_VARIABLES)) vi.stubEnv(variable, undefined);
  return {
    table,
    async call(route: Route, pathParameters: Record<string, string>) {
      const answer = await invoke(await handlerOf(route), route, pathParameters);
      assertConforms(answer, route);
      return answer;
    },
    async close() {
      vi.unstubAllEnvs();
      await table.close();
    },
  };
}

/** The handler of a route, as its module exports it with the environment of the first call. */
export async function handlerOf(route: Route): Promise<Handler> {
  const module: { handler: Handler } = await import(`../../functions/${route.file}.ts`);
  return module.handler;
}

/** Calls a handler as Lambda does. */
export async function invoke(
  handler: Handler,
  route: Route,
  pathParameters: Record<string, string>,
): Promise<HttpAnswer> {
  const { statusCode, headers, body } = await handler(eventFor(route, pathParameters), {
    awsRequestId: 'aws-1',
  });
  const sent = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return {
    status: Number(statusCode),
    headers: Object.fromEntries(sent),
    text: body ?? '',
    body: JSON.parse(body ?? 'null'),
  };
}

async function startHttp() {
  const { host, close } = await startTestHost();
  const [table] = host.stack.tables;
  return {
    table: tableAt(host.dynamodb.endpoint, table?.name ?? ''),
    async call(route: Route, pathParameters: Record<string, string>) {
      const path = route.path.replace(/\{(\w+)\}/g, (_, name) =>
        encodeURIComponent(pathParameters[name] ?? ''),
      );
      const answer = await request(`${host.url}${path}`, { method: route.method });
      assertConforms(answer, route);
      return answer;
    },
    close,
  };
}

/** `npm start`'s host on free ports, with its log kept. */
export async function startTestHost(
  context: Record<string, string> = {},
): Promise<{ host: LocalHost; close(): Promise<void>; log(): Promise<string> }> {
  const log = new PassThrough();
  const logged = text(log);
  const host = await startHost(
    { port: 0, dynamodbPort: 0, dynamodbEndpoint: undefined, context },
    { log, progress: () => {} },
  );
  return {
    host,
    close: () => host.close(),
    async log() {
      log.end();
      return await logged;
    },
  };
}

/** One HTTP request; the body must be JSON. */
export async function request(url: string, init?: RequestInit): Promise<HttpAnswer> {
  const response = await fetch(url, init);
  const body = await response.text();
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text: body,
    body: JSON.parse(body),
  };
}
