import { expect, it } from 'vitest';
import { contract } from '../support/contract.ts';
import { sessionItem } from '../support/session-item.ts';
import { create, NOON } from '../support/sessions.ts';

contract('deleting a session', (host) => {
  it('returns 200, then 404, and leaves nothing', async () => {
    const sessionId = await create(host());
    expect(await host().call('DeleteSession', { sessionId })).toMatchObject({
      status: 200,
      body: { success: true, message: `Session ${sessionId} deleted successfully` },
    });
    expect((await host().call('DeleteSession', { sessionId })).status).toBe(404);
    expect((await host().call('GetSession', { sessionId })).status).toBe(404);
  });

  it('also deletes one that has expired, or that is corrupt', async () => {
    await host().table.put(sessionItem({ sessionId: 'old' }, NOON));
    await host().table.put(sessionItem({ sessionId: 'corrupt', createdAt: 'once' }));
    expect((await host().call('DeleteSession', { sessionId: 'old' })).status).toBe(200);
    expect((await host().call('DeleteSession', { sessionId: 'corrupt' })).status).toBe(200);
  });
});
