import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SESSIONS_PATH } from '../../../infra/routes.ts';
import { AGENT_ID, sessionItem, USER_ID } from '../../support/session-item.ts';
import { tableAt } from '../../support/sessions-table.ts';
import { type ConsolePage, openRow, shows, startConsolePage } from './page.ts';

const OWN_USER = '5f0c2a1e-7b3d-4e6f-8a9b-0c1d2e3f4a5b';
const OWN_AGENT = '6a1d3b2f-8c4e-4f70-9bac-1d2e3f4a5b6c';

const idOf = (index: number) => `session-${String(index).padStart(4, '0')}`;

/** Session `index` was created so many seconds ago; every thousandth has another user and agent. */
const items = (count: number, now = Date.now()) =>
  Array.from({ length: count }, (_, index) =>
    sessionItem(
      {
        sessionId: idOf(index),
        ...(index % 1000 === 999 && { userId: OWN_USER, agentId: OWN_AGENT }),
        ...(index === 0 && {
          metadata: Object.fromEntries(Array.from({ length: 80 }, (_, key) => [`key${key}`, `value ${key}`])),
        }),
      },
      now - index * 1000,
    ),
  );

async function serve(count: number): Promise<ConsolePage> {
  const served = await startConsolePage({ context: { auth: 'none', list: 'on' } });
  const { dynamodb, stack } = served.host;
  await tableAt(dynamodb.endpoint, stack.tables[0]?.name ?? '').putMany(items(count));
  return served;
}

const ids = (page: Page) => page.locator('.session .id').allTextContents();
const count = (page: Page) => page.locator('#count').textContent();

async function create(served: ConsolePage): Promise<string> {
  const response = await fetch(served.host.url + SESSIONS_PATH, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userId: USER_ID, agentId: AGENT_ID }),
  });
  return ((await response.json()) as { sessionId: string }).sessionId;
}

describe('3,000 sessions', () => {
  let served: ConsolePage;
  let page: Page;
  beforeAll(async () => {
    served = await serve(3000);
    page = await served.open({ viewport: { width: 1280, height: 800 } });
    await page.locator('.session').first().waitFor();
  });
  afterAll(() => served.close());

  it('are counted, and shown newest first: a new one appears on top', async () => {
    expect(await count(page)).toBe('3,005 sessions');
    const created = await create(served);
    await expect.poll(async () => (await ids(page))[0]).toBe(created);
    expect((await ids(page)).length).toBe(50);
    expect(await count(page)).toBe('3,006 sessions');
  });

  it('are shown in order of their expiry when that is chosen, expired ones last', async () => {
    await page.getByLabel('Order').selectOption('about to expire first');
    await expect.poll(async () => (await ids(page))[0]).toMatch(/^session-17\d\d$/);
    const times = await page.locator('.session .time').allTextContents();
    expect(times).toEqual(times.toSorted());
    await page.getByRole('button', { name: 'Next' }).click();
    await expect.poll(() => page.getByText('Page 2 of').count()).toBe(1);
    expect((await page.locator('.session .time').first().textContent()) ?? '').not.toBe('');
    await page.getByLabel('Order').selectOption('newest first');
  });

  it('are found by a part of an id, by user and by agent, and by state', async () => {
    const search = page.getByLabel('Search');
    await search.fill('SESSION-0042');
    await expect.poll(() => ids(page)).toEqual(['session-0042']);
    expect(await count(page)).toContain('1 of 3,006 sessions');
    for (const id of [OWN_USER, OWN_AGENT]) {
      await search.fill(id);
      await expect.poll(() => ids(page)).toEqual([idOf(999), idOf(1999), idOf(2999)]);
    }
    await page.getByLabel('State').selectOption('expired');
    await expect.poll(() => ids(page)).toEqual([idOf(1999), idOf(2999)]);
    await search.fill('nowhere');
    await expect.poll(() => count(page)).toContain('No session matches');
    await page.getByRole('link', { name: 'Show all' }).click();
    await expect.poll(() => count(page)).toBe('3,006 sessions');
  });

  it('lead from the id of a user to all sessions of that user', async () => {
    await page.getByLabel('Search').fill(idOf(999));
    await expect.poll(() => ids(page)).toEqual([idOf(999)]);
    const found = await openRow(page, idOf(999));
    await found.getByRole('link', { name: OWN_USER }).click();
    await expect.poll(() => ids(page)).toEqual([idOf(999), idOf(1999), idOf(2999)]);
    await page.getByRole('link', { name: 'Show all' }).click();
  });

  it('keep the place, the focus and the selection of a row that is used', async () => {
    await page.getByLabel('Order').selectOption('about to expire first');
    await expect.poll(async () => (await ids(page))[0]).toMatch(/^session-17/);
    const id = (await ids(page))[3] ?? '';
    const used = await openRow(page, id);
    const top = async () => Math.round((await used.boundingBox())?.y ?? 0);
    const before = await top();
    await page.evaluate(`getSelection().selectAllChildren(
      [...document.querySelectorAll('dd')].find((fact) => fact.textContent === '${id}'))`);
    await used.getByRole('button', { name: 'Renew' }).focus();
    await page.keyboard.press('Enter');
    await shows(used, /^Renewed/);
    // Now it expires after hundreds of others; and the table is read again, twice.
    await expect.poll(() => used.locator('.time').textContent()).toMatch(/^00:(30|29)/);
    const created = await create(served);
    const first = (await ids(page))[0];
    await fetch(`${served.host.url}${SESSIONS_PATH}/${first}`, { method: 'DELETE' });
    await expect.poll(async () => (await ids(page))[0]).not.toBe(first);
    expect((await ids(page))[3]).toBe(id);
    expect(await top()).toBe(before);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Renew');
    expect(await page.evaluate('getSelection().toString()')).toBe(id);
    // Closed and left alone, it goes where it belongs.
    await used.locator('summary').first().click();
    await page.evaluate('getSelection().empty()');
    await page.getByRole('link', { name: 'Sessions', exact: true }).focus();
    await page.mouse.move(0, 0);
    await expect.poll(() => ids(page)).not.toContain(id);
    expect(created).not.toBe('');
    await page.getByLabel('Order').selectOption('newest first');
  });

  it('leave header, axis and legend in sight', async () => {
    await page.locator('.session').last().scrollIntoViewIfNeeded();
    for (const part of ['header', '.legend', '#axis'])
      expect((await page.locator(part).boundingBox())?.y).toBeGreaterThanOrEqual(0);
    expect((await page.locator('.toolbar').first().boundingBox())?.y).toBeLessThan(0);
  });

  it('have long metadata folded', async () => {
    await page.getByLabel('Search').fill(idOf(0));
    await expect.poll(() => ids(page)).toEqual([idOf(0)]);
    const long = await openRow(page, idOf(0));
    const text = long.locator('.fold pre');
    expect(await text.isVisible()).toBe(false);
    await long.getByText(/^[\d,]+ characters$/).click();
    expect(await text.isVisible()).toBe(true);
    expect(await text.textContent()).toContain('"key79": "value 79"');
  });
});

it('costs a page of 3,000 sessions no more elements and no more changes a second than one of 50', async () => {
  /** Elements, and changes of them within two seconds in which the table is not read. */
  async function costOf(stored: number): Promise<{ elements: number; changes: number; bytes: number }> {
    const served = await serve(stored);
    const page = await served.open();
    await page.clock.install();
    await page.goto(served.url);
    let bytes = 0;
    page.on('response', async (response) => {
      if (response.url().includes('/console/sessions')) bytes = (await response.body()).length;
    });
    await page.getByLabel('Search').fill('session-');
    await page.clock.runFor(300);
    await expect.poll(() => count(page)).toContain(`${stored.toLocaleString('en')} of `);
    expect(await page.locator('.session').count()).toBe(50);
    await page.evaluate(`globalThis.changes = 0;
      new MutationObserver((records) => { globalThis.changes += records.length; }).observe(document.body,
        { subtree: true, childList: true, attributes: true, characterData: true })`);
    await page.clock.runFor(2000);
    const [elements, changes] = await page.evaluate<[number, number]>(
      '[document.querySelectorAll("*").length, globalThis.changes]',
    );
    await served.close();
    return { elements, changes, bytes };
  }
  const [few, many] = [await costOf(50), await costOf(3000)];
  expect(few.changes).toBeGreaterThan(50);
  // The buttons to other pages are five elements.
  expect(many.elements - few.elements).toBeLessThanOrEqual(5);
  expect(many.changes).toBeLessThanOrEqual(few.changes * 1.05);
  expect(many.bytes).toBeLessThanOrEqual(few.bytes * 1.01);
});

it('says on an empty page what to do', async () => {
  const served = await startConsolePage();
  for (const { sessionId } of served.host.samples)
    await fetch(`${served.host.url}${SESSIONS_PATH}/${sessionId}`, { method: 'DELETE' });
  const page = await served.open();
  await expect.poll(() => count(page)).toMatch(/^0 sessionsCreate one with New session/);
  await served.close();
});
