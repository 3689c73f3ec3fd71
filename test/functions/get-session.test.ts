import {
  type AttributeValue,
  DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findRoute } from '../support/event.ts';
import { invoke, loadHandler } from '../support/handlers.ts';
import { assertConforms } from '../support/openapi.ts';
import { AGENT_ID, sessionItem } from '../support/session-item.ts';

const route = findRoute('GetSession');
const NOON = Date.UTC(2026, 2, 2, 12);
const dynamodb = mockClient(DynamoDBClient);
let logged: string[] = [];

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOON });
  vi.stubEnv('TABLE_NAME', 'sessions');
  // The calls of its warm-up are not counted.
  await loadHandler(route);
  dynamodb.resetHistory();
  logged = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => logged.push(String(line)) > 0);
});

afterEach(() => {
  dynamodb.reset();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

/** DynamoDB's response with an item as sessionItem makes them. */
const found = (...item: Parameters<typeof sessionItem>): { Item: Record<string, AttributeValue> } => ({
  Item: marshall(sessionItem(...item)),
});

/** The response to a request for `sessionId`, held against openapi.yaml. */
async function get(sessionId = 'session-1') {
  const response = await invoke(await loadHandler(route), route, { sessionId });
  assertConforms(response, route);
  return response;
}

describe('a session that is alive', () => {
  it('is read once, whole and strongly consistently', async () => {
    dynamodb.on(GetItemCommand).resolves(found());
    await get();
    expect(dynamodb.calls().map(({ args }) => args[0].input)).toEqual([
      { TableName: 'sessions', Key: { sessionId: { S: 'session-1' } }, ConsistentRead: true },
    ]);
  });

  it('is returned as JSON that nothing may cache, under the id of the request', async () => {
    dynamodb.on(GetItemCommand).resolves(found());
    expect((await get()).headers).toEqual({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-request-id': 'JKJaXmPLvHcESHA=',
    });
  });

  it('keeps numbers in its metadata exact', async () => {
    const numbers = { snowflake: { N: '1541815603606036480' }, huge: { N: '12345678901234567890' } };
    dynamodb.on(GetItemCommand).resolves({ Item: { ...found().Item, metadata: { M: numbers } } });
    expect((await get()).text).toContain('{"snowflake":1541815603606036480,"huge":12345678901234567890}');
  });

  it('logs nothing', async () => {
    dynamodb.on(GetItemCommand).resolves(found());
    await get();
    expect(logged).toEqual([]);
  });
});

describe('a session that does not exist', () => {
  it('is a 404 without a word on the id', async () => {
    dynamodb.on(GetItemCommand).resolves({});
    const response = await get('s3cret-id');
    expect(response).toMatchObject({
      status: 404,
      body: { success: false, error: { code: 'SESSION_NOT_FOUND', message: 'Session not found' } },
    });
    expect(response.text).not.toContain('s3cret-id');
  });

  it('is a 404 without a call when the id is impossible', async () => {
    expect((await get('')).status).toBe(404);
    expect((await get('x'.repeat(2049))).status).toBe(404);
    expect(dynamodb.calls()).toHaveLength(0);
  });
});

describe('a failure', () => {
  const serviceError = (name: string, httpStatusCode: number) =>
    new DynamoDBServiceException({
      name,
      $fault: httpStatusCode < 500 ? 'client' : 'server',
      message: `${name} on arn:aws:dynamodb:us-east-1:123456789012:table/sessions`,
      $metadata: { httpStatusCode, attempts: 3, requestId: 'DYNAMODB-REQUEST' },
    });

  it.each([
    ['throttling', serviceError('ProvisionedThroughputExceededException', 400)],
    ['a request limit', serviceError('RequestLimitExceeded', 400)],
    ['a denial', serviceError('AccessDeniedException', 400)],
    ['a missing table', serviceError('ResourceNotFoundException', 400)],
    ['an internal error', serviceError('InternalServerError', 500)],
    ['an expired token', serviceError('ExpiredTokenException', 400)],
    [
      'a refused connection',
      Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:443'), { code: 'ECONNREFUSED' }),
    ],
    ['a time-out', Object.assign(new Error('Request timed out'), { name: 'TimeoutError' })],
  ])('by %s is a 500 that leaks nothing, and is told in one log line', async (_what, error) => {
    dynamodb.on(GetItemCommand).rejects(error);
    const response = await get();
    expect(response.status).toBe(500);
    expect(response.body).toEqual({
      success: false,
      error: {
        code: 'INTERNAL_SERVER_ERROR',
        message: 'Internal server error',
        details: 'Request id: JKJaXmPLvHcESHA=',
      },
    });
    expect(logged).toHaveLength(1);
    expect(JSON.parse(logged[0] ?? '')).toMatchObject({
      level: 'ERROR',
      requestId: 'JKJaXmPLvHcESHA=',
      functionRequestId: 'aws-1',
      route: 'GET /api/messaging/sessions/{sessionId}',
      errorName: error.name,
      stack: expect.stringMatching(/^ {4}at /),
      ...('code' in error && { errorCode: error.code }),
      ...('$metadata' in error && { aws: error.$metadata }),
    });
  });

  it("by a denial has AWS's own words in the log: whom it denies what", async () => {
    const denial = serviceError('AccessDeniedException', 400);
    dynamodb.on(GetItemCommand).rejects(denial);
    await get();
    expect(JSON.parse(logged[0] ?? '')).toMatchObject({ errorMessage: denial.message });
  });

  it('by a corrupt item is a 500 whose log line names the attribute and has nothing else of the item', async () => {
    dynamodb.on(GetItemCommand).resolves(found({ userId: 'jane@example.com' }));
    const response = await get();
    expect(response.status).toBe(500);
    expect(JSON.parse(logged[0] ?? '')).toMatchObject({ errorName: 'MalformedItem', attribute: 'userId' });
    expect(`${response.text}${logged}`).not.toContain('jane');
    expect(`${response.text}${logged}`).not.toContain(AGENT_ID);
  });

  it.each([
    ['7d0c6f0e-3b0f-4b6c-9f0e-2a4f6c1d8e90', '7d0c6f0e…'],
    ['12345678', '12…'],
    ['abc', '…'],
  ])('is logged without the whole id of the session: %s', async (sessionId, shortened) => {
    dynamodb.on(GetItemCommand).rejects(new Error('failed'));
    await get(sessionId);
    expect(JSON.parse(logged[0] ?? '')).toMatchObject({ session: shortened });
    expect(logged.join()).not.toContain(sessionId);
  });

  it('does not outlast its cause', async () => {
    dynamodb.on(GetItemCommand).rejectsOnce(new Error('failed')).resolves(found());
    expect((await get()).status).toBe(500);
    expect((await get()).status).toBe(200);
  });
});
