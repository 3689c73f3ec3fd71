import { describe, expect, it } from 'vitest';
import { startTestHost } from '../../support/hosts.ts';
import { USER_ID } from '../../support/session-item.ts';
import { runLoad } from './run.ts';

describe('the load', () => {
  it('is returned rightly, whatever is asked at the same time', async () => {
    const { host, close } = await startTestHost();
    try {
      const result = await runLoad({
        ...{ url: host.url, headers: {}, userId: USER_ID, connections: 20, seconds: 3 },
        progress: () => {},
      });
      expect(result.wrong).toEqual([]);
      expect(result.unanswered).toBe(0);
      expect(Object.keys(result.responses).sort()).toEqual([
        'change',
        'create',
        'describe',
        'heartbeat',
        'invalid',
        'missing',
        'read',
        'remove',
        'renew',
      ]);
    } finally {
      await close();
    }
  });

  it('tells wrong responses from right ones', async () => {
    const { host, close } = await startTestHost({ access: 'api-key' });
    try {
      const result = await runLoad({
        ...{ url: host.url, headers: { 'x-api-key': 'wrong' }, userId: USER_ID, connections: 2, seconds: 1 },
        progress: () => {},
      });
      expect(result.wrongCount).toBeGreaterThan(0);
      expect(result.wrong[0]).toContain('403');
    } finally {
      await close();
    }
  });
});
