import { describe, expect, it } from 'vitest';
import { startTestHost } from '../../support/hosts.ts';
import { soak } from './soak-run.ts';

describe('half a day of sessions', () => {
  it('loses none, and each is what its own clocks say', async () => {
    const { host, clock, close } = await startTestHost();
    try {
      const { created, alive, expired, deleted, purged, wrong } = await soak({
        ...{ host, clock, days: 0.5, realMilliseconds: 1 },
        megabytes: async () => 0,
        progress: () => {},
      });
      expect(wrong).toEqual([]);
      expect(created).toBe(288);
      expect(alive + expired + deleted + purged).toBe(created);
    } finally {
      await close();
    }
  });
});
