import { BatchGetItemCommand, DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TABLE_NAME } from '../../functions/aws/environment.ts';
import { findRoute } from '../support/event.ts';
import { invoke, loadHandler } from '../support/handlers.ts';
import { sessionItem, USER_ID } from '../support/session-item.ts';

/** DynamoDB allows less; numbers take more in JSON than in its count. */
const huge = sessionItem({ sessionId: 'huge', metadata: { text: 'x'.repeat(6_100_000) } });
const small = sessionItem({ sessionId: 'small' });

describe('a session that is larger than a response may be', () => {
  const dynamodb = mockClient(DynamoDBClient);
  beforeAll(() => {
    vi.stubEnv(TABLE_NAME.name, 'sessions');
    const keys = [huge, small].map((item) => marshall({ sessionId: item['sessionId'] }));
    const items = [huge, small].map((item) => marshall(item));
    dynamodb.on(QueryCommand).resolves({ Items: keys });
    dynamodb.on(BatchGetItemCommand).resolves({ Responses: { sessions: items } });
    dynamodb.on(GetItemCommand).resolves({ Item: marshall(huge) });
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    dynamodb.restore();
  });
  const call = async (id: string, sessionId: Record<string, string>, query: Record<string, string> = {}) =>
    await invoke(await loadHandler(findRoute(id)), findRoute(id), sessionId, {
      queryStringParameters: query,
    });

  it('hides no other from a list', async () => {
    const { status, body } = await call('ListSessions', {}, { userId: USER_ID });
    expect(status).toBe(200);
    const { sessions } = body as { sessions: { sessionId: string }[] };
    expect(sessions.map(({ sessionId }) => sessionId)).toEqual(['small']);
  });

  it('is a 500 with a reason in the log, not a crash of the function', async () => {
    const logged = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    expect(await call('GetSession', { sessionId: 'huge' })).toMatchObject({
      status: 500,
      body: { error: { code: 'INTERNAL_SERVER_ERROR' } },
    });
    expect(logged.mock.calls.join()).toContain('larger than Lambda');
  });
});
