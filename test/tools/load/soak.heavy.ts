import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { startTestHost } from '../../support/hosts.ts';
import { USER_ID } from '../../support/session-item.ts';
import { soak } from './soak-run.ts';

describe('half a day of sessions', () => {
  it('loses none, and each is what its own clocks say', async () => {
    const { host, clock, close } = await startTestHost();
    const { endpoint, region, credentials } = host.dynamodb;
    const client = new DynamoDBClient({ endpoint, region, credentials });
    try {
      const { created, alive, expired, deleted, purged, wrong } = await soak({
        url: host.url,
        table: { client, name: host.stack.tables[0]?.name ?? '' },
        userId: USER_ID,
        setNow(instant) {
          clock[0] = instant;
        },
        days: 0.5,
        realMilliseconds: 1,
        megabytes: async () => 0,
        progress: () => {},
      });
      expect(wrong).toEqual([]);
      expect(created).toBe(288);
      expect(alive + expired + deleted + purged).toBe(created);
    } finally {
      client.destroy();
      await close();
    }
  });
});
