import { expect, it } from 'vitest';
import { contract } from '../support/contract.ts';

contract('the health of the service', (host) => {
  it('is healthy when the table responds', async () => {
    const { status, body } = await host().call('GetHealth');
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'healthy', activeSessions: expect.any(Number) });
  });
});
