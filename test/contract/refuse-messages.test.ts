import { expect, it } from 'vitest';
import { contract } from '../support/contract.ts';

contract('the messages of a session', (host) => {
  it('are not served, which no client takes for a lost session or a failure', async () => {
    host().dynamodb.fail(undefined);
    for (const sessionId of ['nobody', 'fresh']) {
      const response = await host().call('RefuseMessages', { sessionId, body: { content: 'hello' } });
      expect(response).toMatchObject({ status: 405, body: { error: { code: 'MESSAGES_NOT_SERVED' } } });
      expect(response.headers['allow']).toBe('');
    }
    expect(host().dynamodb.received()).toEqual([]);
  });
});
