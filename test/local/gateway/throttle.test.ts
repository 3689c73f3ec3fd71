import { expect, it } from 'vitest';
import { createThrottle } from '../../../local/gateway/throttle.ts';
import { findRoute } from '../../support/event.ts';
import { startTestHost } from '../../support/hosts.ts';

const LIMITS = { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 3 };

it('a route accepts a burst, then its rate; another route has its own', () => {
  let now = 0;
  const throttle = createThrottle(LIMITS, () => now);
  const accepted = (route: string, tries: number) => {
    let count = 0;
    for (let one = 0; one < tries; one += 1) {
      try {
        throttle(route);
        count += 1;
      } catch (error) {
        expect(error).toMatchObject({ response: { status: 429 } });
      }
    }
    return count;
  };
  expect(accepted('GET /a', 5)).toBe(3);
  expect(accepted('GET /b', 5)).toBe(3);
  now += 99;
  expect(accepted('GET /a', 5)).toBe(0);
  now += 1;
  expect(accepted('GET /a', 5)).toBe(1);
  now += 60_000;
  expect(accepted('GET /a', 5)).toBe(3);
});

it("a throttled request gets API Gateway's 429, and the developer the settings that allow more", async () => {
  const whys: (string | undefined)[] = [];
  const { host, close } = await startTestHost({
    context: { rateLimit: '1', burstLimit: '2' },
    onRequest: ({ why }) => whys.push(why),
  });
  try {
    const url = `${host.url}${findRoute('GetSession').path.replace('{sessionId}', 'fresh')}`;
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url)).status).toBe(200);
    const throttled = await fetch(url);
    expect(throttled.status).toBe(429);
    expect(await throttled.json()).toEqual({ message: 'Too Many Requests' });
    expect(whys.at(-1)).toContain('-c rateLimit=');
    expect((await fetch(`${url}/heartbeat`, { method: 'POST' })).status).toBe(200);
  } finally {
    await close();
  }
});
