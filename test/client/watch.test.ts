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

describe('tabs of one origin', () => {
  function startTwo(config = {}) {
    const world = new World();
    const id = world.store(config);
    const machine = world.addMachine();
    const tabs = [1, 2].map(() => new Tab(world, id, machine, true)) as [Tab, Tab];
    return { world, id, tabs };
  }

  it('follow the restart of one', async () => {
    const { world, tabs } = startTwo();
    await world.pass(1000);
    await tabs[0].watch.end();
    const { sessionId } = await tabs[0].watch.restart();
    expect(tabs.map(({ watch }) => [watch.id, watch.state.status])).toEqual(
      tabs.map(() => [sessionId, 'active']),
    );
  });

  it('share one poll, and the next one takes over from a tab that is closed', async () => {
    const { world, tabs } = startTwo();
    world.latency['GET'] = 80;
    await world.pass(10 * MINUTE);
    expect(world.requests.length).toBeLessThanOrEqual(23);
    tabs[0].watch.close();
    const before = world.requests.length;
    await world.pass(5 * MINUTE);
    expect(world.requests.length - before).toBeGreaterThanOrEqual(9);
    expect(tabs[1].status).toBe('active');
  });

  it('see a renewal of one in all', async () => {
    const { world, tabs } = startTwo();
    await world.pass(26 * MINUTE);
    expect(tabs.map(({ status }) => status)).toEqual(['near', 'near']);
    await tabs[0].watch.renew();
    expect(tabs.map(({ status, events }) => [status, events])).toEqual([
      ['active', ['near', 'renewed']],
      ['active', ['near', 'renewed']],
    ]);
  });

  it('see the end of one in all, and its restart, which is one session', async () => {
    const { world, id, tabs } = startTwo();
    await world.pass(1000);
    await tabs[1].watch.end();
    expect(tabs.map(({ status }) => status)).toEqual(['gone', 'gone']);
    await expect(tabs[0].watch.renew()).rejects.toMatchObject({ status: 404 });
    const [first, second] = await Promise.all(tabs.map(({ watch }) => watch.restart()));
    expect(first?.sessionId).toBe(second?.sessionId);
    expect(first?.sessionId).not.toBe(id);
    expect(first).toMatchObject({ metadata: { channel: 'web' } });
    await world.pass(5000);
    expect(tabs.map(({ watch }) => [watch.id, watch.state.status])).toEqual(
      tabs.map(() => [first?.sessionId, 'active']),
    );
    await world.pass(26 * MINUTE);
    expect(tabs.map(({ status }) => status)).toEqual(['near', 'near']);
  });

  it('report activity once in half a minute over all', async () => {
    const { world, tabs } = startTwo();
    await world.pass(1000);
    for (let second = 0; second < 29; second++) {
      for (const { watch } of tabs) watch.activity();
      await world.pass(1000);
    }
    expect(world.requests.filter((one) => one === 'POST heartbeat')).toHaveLength(1);
  });
});

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

describe('a watch that is closed by its listener', () => {
  it('has told the other tabs, and rejects nothing', async () => {
    const world = new World();
    const id = world.store();
    const machine = world.addMachine();
    const [first, second] = [1, 2].map(() => new Tab(world, id, machine, true)) as [Tab, Tab];
    await world.pass(1000);
    first.watch.on('renewed', () => first.watch.close());
    await expect(first.watch.renew()).resolves.toMatchObject({ renewalCount: 1 });
    expect(second.events).toEqual(['renewed']);
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

describe('many tabs', () => {
  const startTen = () => {
    const world = new World();
    const id = world.store();
    const machine = world.addMachine();
    world.latency['GET'] = 50;
    return { world, tabs: Array.from({ length: 10 }, () => new Tab(world, id, machine, true)) };
  };

  it('ask once at the warning and once at zero', async () => {
    const { world, tabs } = startTen();
    await world.pass(2000);
    for (const tab of tabs) tab.show(false);
    const before = world.requests.length;
    await world.pass(31 * MINUTE);
    expect(tabs.every(({ status }) => status === 'expired')).toBe(true);
    expect(world.requests.length - before).toBeLessThanOrEqual(4);
  });

  it('ask as one in an outage', async () => {
    const { world, tabs } = startTen();
    await world.pass(2000);
    world.answer = () => Response.json({ message: 'Service Unavailable' }, { status: 503 });
    const before = world.requests.length;
    await world.pass(5 * MINUTE);
    expect(tabs.map(({ status }) => status)).toEqual(tabs.map(() => 'unknown'));
    expect(world.requests.length - before).toBeLessThanOrEqual(20);
    world.answer = undefined;
    await world.pass(35_000);
    expect(tabs.map(({ status }) => status)).toEqual(tabs.map(() => 'active'));
  });

  it('that thaw do not believe what was said while they were frozen', async () => {
    const { world, tabs } = startTen();
    await world.pass(2000);
    const [first] = tabs as [Tab];
    const old = structuredClone(first.watch.state.session);
    await world.sleep(31 * MINUTE);
    world.tabs[0]?.hear({ kind: 'session', session: old, sentAt: world.now - 31 * MINUTE } as never);
    await world.pass(3000);
    expect(first.status).toBe('expired');
  });
});

it('a restart goes on where the session that came after has ended too', async () => {
  const { world, id, tab } = start();
  const other = new Tab(world, id);
  await world.pass(1000);
  await tab.watch.end();
  await other.watch.end();
  const { sessionId } = await tab.watch.restart();
  await world.pass(40 * MINUTE);
  expect(tab.status).toBe('expired');
  const next = await other.watch.restart();
  expect(next.sessionId).not.toBe(sessionId);
  expect(other.status).toBe('active');
});
