/**
 * Requests that are one character, or a few, again and again: what backtracks, or looks back at each step,
 * shows there.
 */

import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type ApiKeys, includesKey, parseApiKeys } from '../../../functions/auth/api-keys.ts';
import {
  DYNAMODB_ENDPOINT,
  IDEMPOTENCY_SALT,
  OWNER_CLAIM,
  TABLE_NAME,
} from '../../../functions/aws/environment.ts';
import type { Handler } from '../../../functions/http/respond.ts';
import { type Route, routes } from '../../../infra/routes.ts';
import { eventFor } from '../../support/event.ts';
import { loadHandler } from '../../support/handlers.ts';
import { AGENT_ID, USER_ID } from '../../support/session-item.ts';
import { stepCounter } from './steps.ts';
import type { Server } from './targets.ts';

const OWNER = 'sub';

const unit = fc.oneof(
  fc.constantFrom(...'0 9 1 - . e E \t \n " \\ / ; , : = A x'.split(' '), ' '),
  fc.constantFrom(...'[ ] { } {"a": [0, 1, "" \\u0000 \\ud800 é 𝒳 % application/json;'.split(' ')),
  fc.string({ minLength: 1, maxLength: 3 }),
);

/** What a run can be part of. Completes a request that would be good without it. */
interface Parts {
  sessionId?: string;
  body?: string;
  headers?: Record<string, string>;
  query?: Record<string, string>;
  claim?: string;
  key?: string;
}

const create = (fields: string) => `{"agentId":"${AGENT_ID}","userId":"${USER_ID}",${fields}}`;

const places: Record<string, (run: string) => Parts> = {
  'a body': (run) => ({ body: run }),
  'a number': (run) => ({ body: create(`"metadata":{"a":1${run}1}`) }),
  'a fraction': (run) => ({ body: create(`"metadata":{"a":0.${run}1e5}`) }),
  'a text': (run) => ({ body: create(`"metadata":{"a":"${run}"}`) }),
  'a key': (run) => ({ body: create(`"${run}":1`) }),
  metadata: (run) => ({ body: create(`"metadata":{"a":[${run}]}`) }),
  'an agent': (run) => ({ body: `{"agentId":"${run}"}` }),
  'a timeout': (run) => ({ body: `{"timeoutMinutes":${run}}` }),
  'a content type': (run) => ({ body: '{}', headers: { 'content-type': `application/json${run}` } }),
  'an idempotency key': (run) => ({ body: create('"metadata":{}'), headers: { 'idempotency-key': run } }),
  'an id': (run) => ({ sessionId: run }),
  'a cursor': (run) => ({ query: { cursor: run } }),
  'a place in a list': (run) => ({
    query: { cursor: Buffer.from(JSON.stringify({ sessionId: run })).toString('base64url') },
  }),
  'a limit': (run) => ({ query: { limit: run } }),
  'a user': (run) => ({ query: { userId: run } }),
  'a parameter': (run) => ({ query: { [run]: run } }),
  "a token's claim": (run) => ({ claim: run }),
  'an API key': (run) => ({ key: run }),
};

/** The longest run that is tried, in characters: what a header and a path can have. */
const LONGEST = 8_000;

/**
 * Twice the input may take this many times the steps, and so many more: the SDK's own differ a little from
 * call to call.
 */
const MOST_GROWTH = 2.2;
const MOST_NOISE = 3_000;

/**
 * The functions run in this process, so that their steps can be counted, and for callers with sessions of
 * their own, who have a claim in their token.
 */
export function longRunProperty({ dynamodb }: Server) {
  Object.assign(process.env, {
    AWS_REGION: dynamodb.region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    [TABLE_NAME.name]: dynamodb.tableName,
    [DYNAMODB_ENDPOINT.name]: dynamodb.endpoint,
    [IDEMPOTENCY_SALT.name]: 'fuzz',
    [OWNER_CLAIM.name]: OWNER,
  });
  const counting = stepCounter();
  const keys = parseApiKeys('{"one":"k1","two":"k2"}');
  return fc.asyncProperty(
    fc.constantFrom(...routes),
    fc.constantFrom(...Object.entries(places)),
    unit,
    fc.integer({ min: 500, max: LONGEST / 2 }),
    async (route, [place, parts], text, length) => {
      const steps = await counting;
      const handler = await loadHandler(route);
      const call = (count: number) => () => request(handler, route, keys, parts(text.repeat(count)));
      // Even: an odd number of backslashes breaks a string off, and takes another way.
      const count = 2 * Math.ceil(length / (2 * text.length));
      await call(1)();
      const once = await steps(call(count));
      const twice = await steps(call(2 * count));
      assert.ok(
        twice <= MOST_GROWTH * once + MOST_NOISE,
        `${place} of ${length} takes ${once} steps, of twice that ${twice}`,
      );
    },
  );
}

async function request(handler: Handler, route: Route, keys: ApiKeys, parts: Parts): Promise<void> {
  const { sessionId = 'nobody', body, headers = {}, query, claim = USER_ID, key } = parts;
  if (key !== undefined) assert.equal(includesKey(keys, key), false);
  const event = eventFor(
    route,
    { sessionId },
    {
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body }),
      ...(query && { queryStringParameters: query }),
    },
  );
  Object.assign(event.requestContext, { authorizer: { jwt: { claims: { [OWNER]: claim } } } });
  const { statusCode } = await handler(event, { awsRequestId: 'fuzz' });
  assert.notEqual(statusCode, 500);
}
