import { describe, expect, it } from 'vitest';
import { MINUTE, Tab, World } from './world.ts';

function start(config = {}, machine = {}) {
  const world = new World();
  const id = world.store(config);
  return { world, id, tab: new Tab(world, id, world.addMachine(machine)) };
}

it('no response that was asked for before a renewal undoes it', async () => {
  const { world, tab } = start();
  await world.pass(10 * MINUTE);
  world.latency['GET'] = 5000;
  tab.show();
  await world.pass(1000);
  await tab.watch.renew();
  await world.pass(5000);
  expect(tab.watch.state.remaining).toBeGreaterThan(29 * MINUTE);
});

it('a slow response never makes the session live longer than it does', async () => {
  const { world, id, tab } = start();
  world.latency['GET'] = 4000;
  await world.pass(5000);
  world.sessions.get(id);
  expect(tab.watch.state.remaining).toBeLessThanOrEqual(30 * MINUTE - 5000);
});

describe('a response that comes late', () => {
  it('of an ended session does nothing to the one that was restarted', async () => {
    const { world, id, tab } = start();
    await world.pass(1000);
    world.latency['POST'] = 3000;
    const late = tab.watch.renew().catch((error) => error);
    world.sessions.delete(id);
    await world.pass(100);
    delete world.latency['POST'];
    tab.show();
    await world.pass(100);
    expect(tab.status).toBe('gone');
    const { sessionId } = await tab.watch.restart();
    await world.pass(5000);
    await late;
    expect([tab.watch.id, tab.status, tab.watch.state.session?.sessionId]).toEqual([
      sessionId,
      'active',
      sessionId,
    ]);
  });

  it('after sleep is not believed: the watch asks again', async () => {
    const { world, tab } = start();
    await world.pass(1000);
    world.latency['GET'] = 2500;
    tab.show();
    await world.pass(1000);
    await world.sleep(20 * MINUTE);
    await world.pass(8000);
    expect(tab.watch.state.remaining).toBeLessThan(10 * MINUTE);
  });

  it('does not move the expiry back', async () => {
    const { world, tab } = start();
    await world.pass(10_000);
    world.latency['POST'] = 6000;
    tab.watch.activity();
    await world.pass(1000);
    delete world.latency['POST'];
    await tab.watch.renew();
    await world.pass(10_000);
    expect(tab.watch.state.remaining).toBe(30 * MINUTE - 10_000);
    expect(tab.events).toEqual(['renewed']);
  });

  it('of a wake during a failing request is asked for again', async () => {
    const { world, tab } = start();
    await world.pass(1000);
    world.isOffline = true;
    tab.show();
    world.isOffline = false;
    tab.show();
    await world.pass(0);
    expect(tab.status).toBe('active');
  });
});

describe('an API that answers nonsense, or asks for time', () => {
  it('is asked with growing waits', async () => {
    const { world, tab } = start();
    world.answer = () => Response.json({});
    await world.pass(10 * MINUTE);
    expect([tab.status, tab.watch.state.error]).toMatchObject(['unknown', { code: 'INVALID_RESPONSE' }]);
    expect(world.requests.length).toBeLessThan(30);
  });

  it('is not asked before Retry-After', async () => {
    const { world } = start();
    world.answer = () =>
      Response.json({ message: 'Too Many Requests' }, { status: 429, headers: { 'retry-after': '25' } });
    await world.pass(24_000);
    expect(world.requests).toHaveLength(1);
    await world.pass(3_000);
    expect(world.requests).toHaveLength(2);
  });
});
