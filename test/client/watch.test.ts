import { describe, expect, it } from 'vitest';
import { MINUTE, Tab, World } from './world.ts';

const DAY = 24 * 60 * MINUTE;

function start(config = {}, machine = {}) {
  const world = new World();
  const id = world.store(config);
  return { world, id, tab: new Tab(world, id, world.addMachine(machine)) };
}

describe('a watch', () => {
  it('counts down on the second, warns, and says that the session has expired', async () => {
    const { world, tab } = start();
    expect(tab.status).toBe('loading');
    await world.pass(0);
    expect(tab.watch.state).toMatchObject({ status: 'active', remaining: 30 * MINUTE });
    await world.pass(10_000);
    expect(tab.watch.state.remaining).toBe(30 * MINUTE - 10_000);
    await world.pass(25 * MINUTE - 10_000);
    expect([tab.status, tab.events]).toEqual(['near', ['near']]);
    await world.pass(5 * MINUTE + 1000);
    expect([tab.status, tab.events, tab.watch.state.remaining]).toEqual(['expired', ['near', 'expired'], 0]);
    expect(world.timers).toBe(0);
  });

  it('says that it has expired at zero, in a hidden tab too', async () => {
    const { world, tab } = start();
    await world.pass(0);
    tab.show(false);
    await world.pass(30 * MINUTE + 1000);
    expect([tab.status, tab.events]).toEqual(['expired', ['near', 'expired']]);
  });

  it('warns again when the warning is due again after a renewal', async () => {
    const { world, tab } = start();
    await world.pass(26 * MINUTE);
    await tab.watch.renew();
    await world.pass(26 * MINUTE);
    expect(tab.events).toEqual(['near', 'renewed', 'near']);
  });

  it('asks at zero, and says nothing of expiry where another program has renewed', async () => {
    const { world, id, tab } = start();
    await world.pass(29 * MINUTE + 45_000);
    const before = world.requests.length;
    await world.fetch(`https://api.example/api/messaging/sessions/${id}/renew`, { method: 'POST' });
    await world.pass(30_000);
    expect(world.requests.length).toBeGreaterThan(before + 1);
    expect([tab.status, tab.events]).toEqual(['active', ['near', 'renewed']]);
  });

  it.each([DAY, -DAY])('is right with a device clock that is wrong by %i ms', async (clockError) => {
    const { world, tab } = start({}, { clockError });
    await world.pass(25 * MINUTE - 1000);
    expect([tab.status, tab.watch.state.remaining]).toEqual(['active', 5 * MINUTE + 1000]);
    await world.pass(1000);
    expect(tab.status).toBe('near');
    await world.pass(5 * MINUTE);
    expect(tab.status).toBe('expired');
  });

  it('asks when the device clock is set while it runs, and goes on as before', async () => {
    const world = new World();
    const machine = world.addMachine();
    const tab = new Tab(world, world.store(), machine);
    await world.pass(1500);
    const before = world.requests.length;
    machine.clockError = DAY;
    await world.pass(3000);
    expect(world.requests.length).toBe(before + 1);
    expect(tab.status).toBe('active');
  });

  it.each([true, false])(
    'after sleep over the warning, then over the expiry: monotonic clock stops %s',
    async (stops) => {
      const { world, tab } = start({}, { stops });
      await world.pass(1000);
      await world.sleep(26 * MINUTE);
      await world.pass(1000);
      expect([tab.status, tab.events]).toEqual(['near', ['near']]);
      expect(tab.watch.state.remaining).toBeLessThan(4 * MINUTE);
      await world.sleep(10 * MINUTE);
      await world.pass(1000);
      expect([tab.status, tab.events]).toEqual(['expired', ['near', 'expired']]);
    },
  );

  it('does not poll while hidden, and asks when it is visible again', async () => {
    const { world, tab } = start();
    await world.pass(0);
    tab.show(false);
    await world.pass(10 * MINUTE);
    expect(world.requests).toHaveLength(1);
    tab.show();
    await world.pass(0);
    expect(world.requests).toHaveLength(2);
  });

  it('polls each half minute while visible', async () => {
    const { world } = start();
    await world.pass(5 * MINUTE);
    expect(world.requests.length).toBeGreaterThanOrEqual(9);
    expect(world.requests.length).toBeLessThanOrEqual(11);
  });

  it('is unknown while offline, even past the expiry, and asks when the network is back', async () => {
    const { world, tab } = start();
    await world.pass(1000);
    world.isOffline = true;
    tab.setOnline(false);
    expect(tab.status).toBe('unknown');
    await world.pass(31 * MINUTE);
    expect([tab.status, tab.watch.state.remaining, tab.events]).toEqual(['unknown', 0, []]);
    world.isOffline = false;
    tab.setOnline(true);
    await world.pass(0);
    expect([tab.status, tab.events]).toEqual(['expired', ['expired']]);
  });

  it('comes back by itself after a failure, with growing waits', async () => {
    const { world, tab } = start();
    await world.pass(0);
    world.isOffline = true;
    await world.pass(40_000);
    expect([tab.status, tab.watch.state.error]).toMatchObject(['unknown', { code: 'NETWORK_ERROR' }]);
    world.isOffline = false;
    await world.pass(31_000);
    expect(tab.status).toBe('active');
  });

  it('is right for a stored session that lives 60 days', async () => {
    const { world, tab } = start({ timeoutMinutes: 60 * 24 * 60, maxDurationMinutes: 60 * 24 * 60 });
    await world.pass(0);
    tab.show(false);
    expect(tab.watch.state.remaining).toBe(60 * DAY);
    await world.sleep(60 * DAY - 4 * MINUTE);
    await world.pass(2000);
    expect([tab.status, world.requests.length]).toEqual(['near', 2]);
  });

  it('says that a session is gone: never there, or deleted elsewhere', async () => {
    const world = new World();
    const nowhere = new Tab(world, 'nowhere');
    await world.pass(0);
    expect([nowhere.status, nowhere.events]).toEqual(['gone', ['gone']]);
    await expect(nowhere.watch.restart()).rejects.toThrow('Only a session that was seen alive');
    const id = world.store();
    const tab = new Tab(world, id);
    await world.pass(0);
    world.sessions.delete(id);
    await world.pass(31_000);
    expect([tab.status, tab.events]).toEqual(['gone', ['gone']]);
  });

  it('leaves nothing behind when it is closed, and tells nothing more', async () => {
    const { world, tab } = start();
    await world.pass(1000);
    tab.watch.close();
    expect([world.timers, world.tabs.length]).toEqual([0, 0]);
    const { state } = tab.watch;
    await world.pass(60 * MINUTE);
    expect([tab.watch.state, tab.events]).toEqual([state, []]);
  });

  it('goes on when a listener throws', async () => {
    const { world, tab } = start();
    const thrown: unknown[] = [];
    const onThrown = (error: unknown) => thrown.push(error);
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException').once('uncaughtException', onThrown);
    tab.watch.on('near', () => {
      throw new Error('of the page');
    });
    await world.pass(26 * MINUTE);
    for (const one of others) process.on('uncaughtException', one);
    expect([tab.status, String(thrown)]).toEqual(['near', 'Error: of the page']);
  });
});

describe('activity', () => {
  const heartbeats = ({ requests }: World) => requests.filter((one) => one === 'POST heartbeat').length;

  it('is reported at most once in half a minute', async () => {
    const { world, tab } = start();
    await world.pass(1000);
    for (let second = 0; second < 61; second++) {
      tab.watch.activity();
      await world.pass(1000);
    }
    expect(heartbeats(world)).toBe(3);
    expect(tab.events).toContain('renewed');
  });

  it.each([{ autoRenew: false }, { maxDurationMinutes: 30 }])(
    'that would not move the expiry is not reported: %j',
    async (config) => {
      const { world, tab } = start(config);
      await world.pass(1000);
      tab.watch.activity();
      await world.pass(1000);
      expect(heartbeats(world)).toBe(0);
    },
  );

  it('is not reported before the first response or after the end', async () => {
    const { world, tab } = start();
    tab.watch.activity();
    await world.pass(31 * MINUTE);
    tab.watch.activity();
    await world.pass(1000);
    expect(heartbeats(world)).toBe(0);
  });

  it('that meets the end tells it', async () => {
    const { world, id, tab } = start();
    await world.pass(1000);
    world.sessions.delete(id);
    tab.watch.activity();
    await world.pass(100);
    expect(tab.status).toBe('gone');
  });
});
