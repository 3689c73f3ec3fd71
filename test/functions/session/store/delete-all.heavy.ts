import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Host, startHttp } from '../../../support/hosts.ts';
import { sessionItem } from '../../../support/session-item.ts';

const COUNT = 10_000;

describe(`${COUNT} sessions of one user`, () => {
  let host: Host & { close(): Promise<void> };
  beforeAll(async () => {
    host = await startHttp('none');
  });
  afterAll(() => host.close());

  it('are gone after calls that each stay within the time of a function', { timeout: 300_000 }, async () => {
    const userId = crypto.randomUUID();
    const others = await host.table.items();
    const now = Date.now();
    await host.table.putMany(
      Array.from({ length: COUNT }, (_, index) =>
        sessionItem({ sessionId: crypto.randomUUID(), userId }, now - index),
      ),
    );
    const milliseconds: number[] = [];
    let deleted = 0;
    for (let remaining = true; remaining; ) {
      const started = performance.now();
      // A function that takes too long gets a 503, as from API Gateway.
      const { status, body } = await host.call('DeleteSessions', { query: { userId } });
      milliseconds.push(performance.now() - started);
      expect(status).toBe(200);
      const response = body as { deleted: number; remaining: boolean };
      expect(response.deleted).toBeLessThanOrEqual(100);
      deleted += response.deleted;
      remaining = response.remaining;
      if (milliseconds.length > COUNT) throw new Error('There is no end of it');
    }
    expect(deleted).toBe(COUNT);
    expect((await host.table.items()).length).toBe(others.length);
    console.log(
      `${COUNT} sessions deleted in ${milliseconds.length} calls, the longest ${Math.round(Math.max(...milliseconds))} ms`,
    );
  });
});
