import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DYNAMODB_ENDPOINT, IDEMPOTENCY_SALT, TABLE_NAME } from '../../../functions/aws/environment.ts';
import type { Handler } from '../../../functions/http/respond.ts';
import { FUNCTION_TIMEOUT_SECONDS } from '../../../infra/lambda/service-function.ts';
import { findRoute } from '../../support/event.ts';
import { invoke, loadHandler } from '../../support/handlers.ts';
import { assertConforms } from '../../support/openapi.ts';
import { AGENT_ID, sessionItem } from '../../support/session-item.ts';
import { createSessionsTable, type TestTable } from '../../support/sessions-table.ts';
import { DOCUMENT, documentOf, type Outcome } from './document.ts';
import { type FaultProxy, type Pattern, startFaultProxy } from './fault-proxy.ts';
import { type Fault, faults, SECRET, tableRoutes } from './faults.ts';

const patterns = {
  first: (attempt) => attempt === 0,
  every: () => true,
  // Every other, by chance that is the same at each run.
  random: (attempt) => [true, false, false, true, true, false][attempt % 6] ?? false,
} satisfies Record<Outcome['pattern'], Pattern>;

let table: TestTable;
let proxy: FaultProxy;
const outcomes: Outcome[] = [];
const logged: string[] = [];
let runs = 0;

beforeAll(async () => {
  table = await createSessionsTable();
  proxy = await startFaultProxy(table.endpoint);
  vi.stubEnv(TABLE_NAME.name, table.name);
  vi.stubEnv(IDEMPOTENCY_SALT.name, 'test');
  vi.stubEnv(DYNAMODB_ENDPOINT.name, proxy.endpoint);
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => logged.push(String(line)) > 0);
  vi.resetModules();
  // What functions do when they are loaded is not counted.
  for (const route of tableRoutes) await loadHandler(route);
  const cases = faults.flatMap((fault) =>
    (['first', 'every', 'random'] as const).flatMap((pattern) =>
      tableRoutes.map(
        ({ id }) =>
          () =>
            run(id, fault, pattern),
      ),
    ),
  );
  await inParallel(24, cases);
}, 120_000);
afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await proxy.close();
  await table.close();
});

/** The route's handler; health's call has no id, so each run of it has a client, and a URL, of its own. */
async function handlerFor(routeId: string, id: string): Promise<Handler> {
  if (routeId !== 'GetHealth') return await loadHandler(findRoute(routeId));
  vi.stubEnv(DYNAMODB_ENDPOINT.name, `${proxy.endpoint}/${id}`);
  vi.resetModules();
  const handler = await loadHandler(findRoute(routeId));
  vi.stubEnv(DYNAMODB_ENDPOINT.name, proxy.endpoint);
  return handler;
}

const storedSession = (id: string) =>
  sessionItem({ sessionId: id, userId: id, version: 1, metadata: { [SECRET]: SECRET } });

async function request(handler: Handler, routeId: string, id: string) {
  const route = findRoute(routeId);
  const bodies: Record<string, object> = {
    CreateSession: { agentId: AGENT_ID, userId: id, metadata: { [SECRET]: SECRET } },
    ChangeTimeout: { timeoutMinutes: 60 },
    // Another value each time, so that each is a write.
    ChangeMetadata: { metadata: { changed: runs, at: performance.now() } },
  };
  const body = bodies[routeId];
  const response = await invoke(
    handler,
    route,
    { sessionId: id },
    {
      headers: { 'content-type': 'application/json', 'idempotency-key': id },
      ...(body && { body: JSON.stringify(body) }),
      ...(['ListSessions', 'DeleteSessions'].includes(routeId) && { queryStringParameters: { userId: id } }),
    },
  );
  assertConforms(response, route);
  return response.status;
}

let loading: Promise<unknown> = Promise.resolve();

async function run(route: string, fault: Fault, pattern: Outcome['pattern']): Promise<void> {
  runs += 1;
  const id = `00000000-0000-4000-8000-${String(runs).padStart(12, '0')}`;
  if (route !== 'CreateSession') await table.put(storedSession(id));
  // Modules are loaded one after the other: each takes its environment when it is.
  const handled = loading.then(() => handlerFor(route, id));
  loading = handled;
  const handler = await handled;
  proxy.fail(id, fault, patterns[pattern]);
  const started = performance.now();
  const status = await request(handler, route, id);
  const seconds = (performance.now() - started) / 1000;
  const attempts = proxy.attempts(id);
  proxy.fail(id);
  const after = await request(handler, route, id);
  const items = (await table.items()).filter((item) => item['userId'] === id);
  const renewals = Number(items[0]?.['renewalCount'] ?? 0);
  outcomes.push({
    ...{ route, fault: fault.name, pattern, status, attempts, seconds, after },
    ...{ sessions: items.length, renewals },
  });
}

async function inParallel(limit: number, tasks: (() => Promise<void>)[]): Promise<void> {
  const rest = [...tasks];
  const workers = Array.from({ length: limit }, async () => {
    for (let task = rest.shift(); task; task = rest.shift()) await task();
  });
  await Promise.all(workers);
}

const of = (wanted: Partial<Outcome>) =>
  outcomes.filter((outcome) =>
    Object.entries(wanted).every(([key, value]) => outcome[key as keyof Outcome] === value),
  );

describe('whatever DynamoDB does', () => {
  it('a request is returned well before its function times out', () => {
    expect(outcomes).toHaveLength(faults.length * 3 * tableRoutes.length);
    for (const outcome of outcomes)
      expect(outcome.seconds, JSON.stringify(outcome)).toBeLessThan(0.7 * FUNCTION_TIMEOUT_SECONDS);
  });

  it('the next request works when DynamoDB does', () => {
    for (const outcome of outcomes) {
      // What was deleted by a request whose response was lost is gone for the next.
      const expected = outcome.route === 'DeleteSession' ? [200, 404] : [200, 201];
      expect(expected, JSON.stringify(outcome)).toContain(outcome.after);
    }
  });

  it('a create that is repeated with its Idempotency-Key has made one session', () => {
    for (const outcome of of({ route: 'CreateSession' })) {
      expect(outcome.sessions, JSON.stringify(outcome)).toBe(1);
    }
  });

  it('every renewal that succeeded is counted once, and one that failed at most once', () => {
    for (const outcome of [...of({ route: 'RenewSession' }), ...of({ route: 'HeartbeatSession' })]) {
      // The request after it is one renewal more.
      const expected = outcome.status === 200 ? [2] : [1, 2];
      expect(expected, JSON.stringify(outcome)).toContain(outcome.renewals);
    }
  });

  it('a call whose first attempt fails is tried again', () => {
    const lost = ['reset before it is done', '500 InternalServerError', 'ProvisionedThroughputExceeded'];
    for (const fault of lost) {
      for (const { status, route } of of({ fault, pattern: 'first' })) {
        expect([200, 201], `${fault}, ${route}`).toContain(status);
      }
    }
  });

  it('nothing of a session gets into the log', () => {
    expect(logged.length).toBeGreaterThan(100);
    const pieces = Array.from({ length: SECRET.length - 4 }, (_, start) => SECRET.slice(start, start + 5));
    expect(logged.filter((line) => pieces.some((piece) => line.includes(piece)))).toEqual([]);
  });

  it('does what faults.md says', () => {
    const table = documentOf(outcomes);
    if (process.env['WRITE_FAULTS']) writeFileSync(DOCUMENT, table);
    expect(readFileSync(DOCUMENT, 'utf8')).toBe(table);
  });

  it('a request is returned when connections are rejected, and the next works', async () => {
    const id = '00000000-0000-4000-8000-999999999999';
    await table.put(storedSession(id));
    await proxy.refuse(true);
    for (const route of tableRoutes) {
      const handler = await loadHandler(route);
      const started = performance.now();
      expect(await request(handler, route.id, id)).toBe(route.id === 'GetHealth' ? 503 : 500);
      expect(performance.now() - started).toBeLessThan(5000);
    }
    await proxy.refuse(false);
    for (const route of tableRoutes) {
      const status = await request(await loadHandler(route), route.id, id);
      expect([200, 201]).toContain(status);
      if (route.id.startsWith('DeleteSession')) await table.put(storedSession(id));
    }
  });
});
