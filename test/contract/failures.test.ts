import { afterEach, expect, it } from 'vitest';
import { MAX_ATTEMPTS } from '../../functions/aws/deadlines.ts';
import { routes } from '../../infra/routes.ts';
import { contract } from '../support/contract.ts';
import type { Call } from '../support/hosts.ts';
import { AGENT_ID, sessionItem, USER_ID } from '../support/session-item.ts';

/** A valid request of each route. */
const requests: Record<string, Call> = {
  CreateSession: { body: { agentId: AGENT_ID, userId: USER_ID } },
  ChangeTimeout: { body: { timeoutMinutes: 60 } },
  ChangeMetadata: { body: { metadata: { a: 1 } } },
  DeleteSessions: { query: { userId: USER_ID } },
};

contract('when DynamoDB fails', (host) => {
  afterEach(() => host().dynamodb.fail(undefined));

  const ids = routes
    .filter(({ id, tableActions }) => tableActions.length > 0 && id !== 'GetHealth')
    .map(({ id }) => id);

  const call = (id: string) => host().call(id, { sessionId: 'session-1', ...requests[id] });

  it.each(ids)(
    '%s returns 500 and nothing of the cause, and serves again as soon as DynamoDB does',
    async (id) => {
      // The first call loads the function, whose warm-up is not to be counted.
      await call(id);
      for (const error of ['ResourceNotFoundException', 'AccessDeniedException']) {
        host().dynamodb.fail(error);
        const response = await call(id);
        expect(response).toMatchObject({ status: 500, body: { error: { code: 'INTERNAL_SERVER_ERROR' } } });
        expect(response.text).not.toMatch(/told to fail|Exception/);
        expect(host().dynamodb.received()).toHaveLength(1);
      }
      host().dynamodb.fail(undefined);
      await host().table.put(sessionItem());
      expect([200, 201]).toContain((await call(id)).status);
    },
  );

  it('every route tries again when it is throttled, then returns 500', async () => {
    host().dynamodb.fail('ProvisionedThroughputExceededException');
    const responses = await Promise.all(ids.map(call));
    expect(responses.map(({ status }) => status)).toEqual(ids.map(() => 500));
    expect(host().dynamodb.received()).toHaveLength(MAX_ATTEMPTS * ids.length);
  });

  it('is unhealthy, says so with 503, and is healthy again as soon as DynamoDB is', async () => {
    host().dynamodb.fail('ResourceNotFoundException');
    expect(await host().call('GetHealth')).toMatchObject({
      status: 503,
      body: { status: 'unhealthy', activeSessions: 0 },
    });
    host().dynamodb.fail(undefined);
    expect(await host().call('GetHealth')).toMatchObject({ status: 200, body: { status: 'healthy' } });
  });

  it('every route that changes a session returns 409 when others are always faster, and has changed nothing', async () => {
    const changes = ['RenewSession', 'HeartbeatSession', 'ChangeTimeout', 'ChangeMetadata'];
    const items = changes.map((id) => sessionItem({ sessionId: `busy-${id}` }));
    await Promise.all(items.map((item) => host().table.put(item)));
    host().dynamodb.fail('ConditionalCheckFailedException', ['UpdateItem']);
    const responses = await Promise.all(
      changes.map((id) => host().call(id, { sessionId: `busy-${id}`, ...requests[id] })),
    );
    for (const response of responses) {
      expect(response).toMatchObject({ status: 409, body: { error: { code: 'CONFLICT' } } });
    }
    expect(await host().table.items()).toEqual(expect.arrayContaining(items));
  });
});
