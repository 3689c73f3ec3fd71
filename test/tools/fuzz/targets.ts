/** What is fuzzed, and what must hold whatever is sent. */
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import * as fc from 'fast-check';
import { type Route, routes, SESSIONS_PATH } from '../../../infra/routes.ts';
import type { LocalHost } from '../../../local/host.ts';
import { assertConforms, assertGatewayError, type HttpResponse } from '../../support/openapi.ts';
import { exchange, parseResponse } from '../../support/raw-http.ts';
import { AGENT_ID, USER_ID } from '../../support/session-item.ts';
import { body, metadataText } from './bodies.ts';
import { longRunProperty } from './long-runs.ts';
import { headers, idSegment, query } from './messages.ts';

/** Where the API is, and what lets a caller in. */
export interface Server {
  url: string;
  credentials: Record<string, string>;
  dynamodb: { endpoint: string; region: string; tableName: string };
}

export const toServer = ({ url, access, dynamodb, stack }: LocalHost): Server => ({
  url,
  credentials: access.caller.headers,
  dynamodb: { ...dynamodb, tableName: stack.tables[0]?.name ?? '' },
});

export interface Target {
  name: string;
  /** Fails when a response is not as it must be. */
  property(server: Server): fc.IAsyncPropertyWithHooks<unknown>;
}

/** No response may take longer, in milliseconds: a function's own time-out is below. */
const RESPONSE_DEADLINE_MS = 12_000;

/** Traces of what runs inside: stacks, files, packages, names of AWS. */
const LEAK =
  /node_modules|\.m?[jt]s:\d|\n\s+at |arn:aws|Sessions-dev|ValidationException|DynamoDB|dynalite|TypeError/;

export const targets: Target[] = [
  ...routes.map((route) => ({ name: `${route.method} ${route.path}`, property: routeProperty(route) })),
  { name: 'metadata, there and back', property: metadataProperty },
  { name: 'long runs of one character', property: longRunProperty },
];

/** For an API with keys, none of which a fuzzer knows. */
export const authorizerTarget: Target = {
  name: 'the authorizer',
  property: ({ url }) =>
    fc.asyncProperty(headers, async (lines) => {
      const answer = await send(url, message('GET', `${SESSIONS_PATH}/fresh`, lines, Buffer.alloc(0)));
      if (!answer) return;
      assert.ok([400, 401, 403, 431].includes(answer.status), `let in: ${answer.status}`);
      if (answer.text !== '') assertGatewayError(answer);
    }),
};

function routeProperty(route: Route) {
  return ({ url, credentials }: Server) =>
    fc.asyncProperty(idSegment, query, headers, body, async (id, search, lines, bytes) => {
      const path = route.path.replace('{sessionId}', id) + (search && `?${search}`);
      const all: [string, string][] = [
        ['content-type', 'application/json'],
        ...Object.entries(credentials),
        ...lines,
      ];
      const answer = await send(url, message(route.method, path, all, bytes));
      if (answer) assertResponse(answer, route);
    });
}

/** A response of the route, or of the gateway before it, and nothing of what is inside. */
function assertResponse(answer: HttpResponse, route: Route): void {
  assert.ok(answer.status !== 500, `500: ${answer.text}`);
  assert.doesNotMatch(answer.text, LEAK);
  // The gateway's own responses have no id of a function's.
  if (answer.headers['x-request-id'] === undefined) {
    assert.ok([400, 404, 413, 431].includes(answer.status), `${answer.status} of the gateway`);
    // What is not HTTP gets an empty response of Node.js.
    if (answer.text !== '') assertGatewayError(answer);
  } else {
    // A path may lead to another route than the one it was made for.
    const conforms = [route, ...routes].some((candidate) => {
      try {
        assertConforms(answer, candidate);
        return true;
      } catch {
        return false;
      }
    });
    assert.ok(conforms, `${answer.status} ${answer.text.slice(0, 500)}`);
  }
}

/** What is sent as metadata comes back equal, from the create and from every read, or is rejected with 400. */
function metadataProperty({ url, credentials }: Server) {
  return fc.asyncProperty(metadataText, async (metadata) => {
    const headers = { ...credentials, 'content-type': 'application/json' };
    const created = await fetch(url + SESSIONS_PATH, {
      method: 'POST',
      headers,
      body: `{"agentId":"${AGENT_ID}","userId":"${USER_ID}","metadata":${metadata}}`,
    });
    const text = await created.text();
    if (created.status !== 201) return assert.equal(created.status, 400, text);
    const session = JSON.parse(text);
    const read = await fetch(`${url}${SESSIONS_PATH}/${session.sessionId}`, { headers });
    // As text after parsing: JSON has one zero, and -0 is it. A field that is null is as one that is left
    // out.
    const sent = JSON.stringify(JSON.parse(metadata) ?? {});
    assert.equal(sorted(session.metadata), sorted(JSON.parse(sent)));
    assert.equal(sorted(((await read.json()) as typeof session).metadata), sorted(JSON.parse(sent)));
  });
}

/** JSON text with keys in order: the order of keys is nothing that JSON keeps. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function message(method: string, path: string, lines: [string, string][], content: Buffer): Buffer {
  const head = [
    `${method} ${path} HTTP/1.1`,
    'host: localhost',
    ...(content.length > 0 ? [`content-length: ${content.length}`] : []),
    'connection: close',
    ...lines.map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), content]);
}

/**
 * Sends bytes and reads the response.
 * @throws when the server has not closed the connection by the deadline, or has sent what is not HTTP.
 */
async function send(url: string, bytes: Buffer): Promise<HttpResponse | undefined> {
  const deadline = new AbortController();
  const late = wait(RESPONSE_DEADLINE_MS, 'late', { signal: deadline.signal }).catch(() => undefined);
  const received = await Promise.race([exchange(url, bytes), late]);
  deadline.abort();
  assert.ok(received !== undefined && received !== 'late', 'the connection is still open');
  // Node.js rejects what is not HTTP with bytes unread, and the connection may be reset.
  return received === '' ? undefined : parseResponse(received);
}
