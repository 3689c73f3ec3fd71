import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SESSIONS_PATH } from '../../../infra/routes.ts';
import { tableAt } from '../../support/sessions-table.ts';
import { type ConsolePage, openRow, row, shows, startConsolePage } from './page.ts';

/** Texts of elements beyond the right edge, but for those that scroll by themselves. */
const STICKING_OUT = `[...document.querySelectorAll('header *, main *:not(.opblock-body *, #axis *)')]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.className + ': ' + one.textContent.slice(0, 40))`;

describe('the page', () => {
  let served: ConsolePage;
  beforeAll(async () => {
    served = await startConsolePage();
  });
  afterAll(() => served.close());

  it.each([375, 1280])('fits into %s pixels, in every view', async (width) => {
    const page = await served.open({ viewport: { width, height: 800 } });
    await openRow(page, 'fresh');
    await page.getByText('New session').click();
    await fetch(`${served.host.url}${SESSIONS_PATH}/${'long'.repeat(60)}?status=${'x'.repeat(200)}`);
    for (const view of ['Sessions', 'Requests', 'API reference']) {
      await page.getByRole('link', { name: view }).click();
      if (view === 'Requests') await page.locator('.requests summary').first().click();
      if (view === 'API reference') await page.locator('.opblock').first().waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      // The view below the header would clip what sticks out.
      expect(await page.evaluate(STICKING_OUT)).toEqual([]);
      expect(await page.evaluate('document.querySelector("main").scrollWidth')).toBeLessThanOrEqual(width);
    }
    await page.close();
  });

  it('follows the colour scheme of the system', async () => {
    const colours = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await served.open({ colorScheme });
      colours.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
      await page.close();
    }
    expect(colours).toEqual(['rgb(252, 252, 253)', 'rgb(20, 22, 26)']);
  });

  it("moves the clock to a session's warning, to its expiry, further on, and back", async () => {
    const page = await served.open();
    const fresh = await openRow(page, 'fresh');
    const state = fresh.locator('.state');
    await expect.poll(() => page.locator('#ahead').textContent()).toBe('real time');
    await fresh.getByRole('button', { name: 'Clock to the warning' }).click();
    await expect.poll(() => state.textContent()).toBe('near expiry');
    await fresh.getByRole('button', { name: 'Clock to expiry' }).click();
    await expect.poll(() => state.textContent()).toBe('expired');
    expect(await fresh.getByRole('button', { name: 'Clock to expiry' }).count()).toBe(0);
    for (const name of ['+1 min', '+10 min']) {
      const before = served.host.time?.ahead ?? 0;
      await page.getByRole('button', { name }).click();
      await expect.poll(() => (served.host.time?.ahead ?? 0) - before).toBeGreaterThan(59_000);
    }
    await expect.poll(() => page.locator('#ahead').textContent()).toMatch(/^(40|41) min ahead$/);
    await page.getByRole('button', { name: 'Back to now' }).click();
    await expect.poll(() => state.textContent()).toBe('active');
    expect(await page.locator('#ahead').textContent()).toBe('real time');
    await page.close();
  });

  it('says that the host is gone for as long as it is', async () => {
    const page = await served.open();
    await row(page, 'fresh').waitFor();
    const failure = () => page.locator('#failure').textContent();
    await page.route('**/console/sessions?*', (route) => route.abort());
    await expect.poll(failure).toBe('npm start does not respond any more');
    await page.unroute('**/console/sessions?*');
    await expect.poll(failure).toBe('');
    await page.close();
  });

  it('offers in the reference the routes that are served, with a session that is there', async () => {
    const bare = await startConsolePage({ context: { auth: 'none' } });
    const page = await bare.open();
    await page.getByRole('link', { name: 'API reference' }).click();
    await page.locator('.opblock').first().waitFor();
    expect(await page.locator('.opblock', { hasText: 'List sessions' }).count()).toBe(0);
    await page.locator('.opblock', { hasText: 'Read a session' }).locator('.opblock-summary-control').click();
    await expect.poll(() => page.getByPlaceholder('sessionId').inputValue()).toBe('fresh');
    await bare.close();
  });

  it('creates by the reference a new session each time, and asks for no credentials', async () => {
    const page = await served.open();
    await page.getByRole('link', { name: 'API reference' }).click();
    const operation = page.locator('.opblock', { hasText: 'Create a session' }).first();
    await operation.locator('.opblock-summary-control').click();
    expect(await page.getByRole('button', { name: 'Authorize' }).count()).toBe(0);
    await operation.getByRole('button', { name: 'Try it out' }).click();
    const created = new Set<string>();
    for (let time = 1; time <= 2; time += 1) {
      const [response] = await Promise.all([
        page.waitForResponse((one) => one.request().method() === 'POST'),
        operation.getByRole('button', { name: 'Execute' }).click(),
      ]);
      expect(response.status()).toBe(201);
      created.add((await response.json()).sessionId);
    }
    expect(created.size).toBe(2);
    await page.close();
  });

  it('keeps what is typed into the search while it searches, and a choice made meanwhile', async () => {
    const page = await served.open();
    await row(page, 'fresh').waitFor();
    const search = page.getByLabel('Search');
    await search.pressSequentially('near-expiry', { delay: 150 });
    expect(await search.inputValue()).toBe('near-expiry');
    await search.fill('e');
    await page.getByLabel('State').selectOption('expired');
    await expect.poll(() => page.locator('.session .id').allTextContents()).toEqual(['expired']);
    expect(await search.inputValue()).toBe('e');
    // A search that is typed does not come back to the view that was left.
    await search.fill('fre');
    await page.getByRole('link', { name: 'Requests' }).click();
    await page.waitForTimeout(400);
    expect(await page.evaluate('location.hash')).toBe('#requests');
    await page.close();
  });

  it('does an action once while it waits for its response', async () => {
    const page = await served.open();
    served.host.faults.add({ fault: 'slow', delayMs: 1500, route: `POST ${SESSIONS_PATH}` });
    const before = await page.locator('#count').textContent();
    await page.getByText('New session').click();
    const create = page.locator('.new').getByRole('button', { name: 'Create' });
    await create.click();
    await create.click();
    await shows(page.locator('.new'), /^Waiting/);
    await shows(page.locator('.new'), /^Created/);
    served.host.faults.clear();
    await expect.poll(() => page.locator('#count').textContent()).not.toBe(before);
    const count = async () => Number.parseInt((await page.locator('#count').textContent()) ?? '', 10);
    expect(await count()).toBe(Number.parseInt(before ?? '', 10) + 1);
    await page.close();
  });

  it('rejects metadata with a number that it would round', async () => {
    const page = await served.open();
    const fresh = await openRow(page, 'fresh');
    await fresh.getByLabel('Metadata to merge').fill('{"n": [1.50, 12345678901234567890]}');
    await fresh.getByRole('button', { name: 'Change metadata' }).click();
    await shows(fresh, /12345678901234567890 has more digits/);
    await page.close();
  });

  it('goes on after the host has been slow, and says when a fault cannot be added', async () => {
    const page = await served.open();
    await page.clock.install();
    await page.goto(served.url);
    await row(page, 'fresh').waitFor();
    let reads = 0;
    await page.route('**/console/sessions?*', async (route) => {
      reads += 1;
      if (reads === 1) await page.clock.runFor(60_000);
      await route.continue();
    });
    await page.clock.runFor(3000);
    await expect.poll(() => reads).toBeGreaterThan(0);
    // Five times as long as the read took would be five minutes.
    await expect
      .poll(
        async () => {
          await page.clock.runFor(5000);
          return reads;
        },
        { interval: 100 },
      )
      .toBeGreaterThan(1);
    await page.getByRole('link', { name: 'Requests' }).click();
    await page.route('**/console/faults', (route) => route.abort());
    await page.getByRole('button', { name: 'Add fault' }).click();
    await shows(page.locator('#faults'), 'npm start does not respond any more');
    await page.close();
  });

  it('has in its legend the words of the bars and of what a row opens to', async () => {
    const page = await served.open();
    const fresh = await openRow(page, 'fresh');
    const words = await page.locator('.legend span').allTextContents();
    const facts = await fresh.locator('dt').allTextContents();
    const label = (await fresh.locator('.bar').getAttribute('aria-label')) ?? '';
    for (const word of words.map((text) => text.trim()).filter((text) => text !== 'Now')) {
      expect(facts).toContain(word);
      expect(label).toContain(word);
    }
    expect(await page.locator('#axis .tick').count()).toBe(8);
    await page.close();
  });

  it('is used by keyboard alone', async () => {
    const page = await served.open();
    await row(page, 'fresh').waitFor();
    const focused = () => page.evaluate<string>('document.activeElement.textContent.trim()');
    const tabTo = async (text: RegExp) => {
      for (let presses = 0; presses < 60 && !text.test(await focused()); presses += 1)
        await page.keyboard.press('Tab');
      expect(await focused()).toMatch(text);
    };
    await tabTo(/^fresh/);
    await page.keyboard.press('Enter');
    await tabTo(/^Heartbeat$/);
    await page.keyboard.press('Space');
    await shows(row(page, 'fresh'), /^Heartbeat received/);
    // A refresh leaves the focus where it is.
    expect(await focused()).toBe('Heartbeat');
    await page.close();
  });

  it('shows another range of time when it is chosen', async () => {
    const page = await served.open();
    await row(page, 'near-expiry').waitFor();
    const width = async () =>
      (await row(page, 'near-expiry').locator('.bar .elapsed').boundingBox())?.width ?? 0;
    const before = await width();
    await page.getByLabel('Timeline').selectOption('1 day');
    await expect.poll(width).toBeLessThan(before / 4);
    await page.close();
  });

  it('shows a malformed item, and what is wrong with it, and deletes it', async () => {
    const { dynamodb, stack } = served.host;
    await tableAt(dynamodb.endpoint, stack.tables[0]?.name ?? '').put({ sessionId: 'odd' });
    const page = await served.open();
    const odd = await openRow(page, 'odd');
    expect(await odd.locator('.state').textContent()).toBe('malformed');
    expect(await odd.locator('dl').textContent()).toContain('agentId');
    await odd.getByRole('button', { name: 'Delete' }).click();
    await odd.getByRole('button', { name: 'Delete for good' }).click();
    await shows(odd, 'Deleted');
    await page.close();
  });
});
