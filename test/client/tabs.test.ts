import { describe, expect, it } from 'vitest';
import { MINUTE, Tab, World } from './world.ts';

function start(config = {}, machine = {}) {
  const world = new World();
  const id = world.store(config);
  return { world, id, tab: new Tab(world, id, world.addMachine(machine)) };
}

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
