import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SESSIONS_PATH } from '../../../infra/routes.ts';
import type { AccessKind } from '../../support/global-setup.ts';
import { tableAt } from '../../support/sessions-table.ts';
import { type ConsolePage, openRow, row, shows, startConsolePage } from './page.ts';

describe.each(['none', 'api-key', 'jwt', 'owner'] as AccessKind[])('the page, auth %s', (access) => {
  let served: ConsolePage;
  let page: Page;
  beforeAll(async () => {
    served = await startConsolePage({ access });
    page = await served.open();
    await row(page, 'fresh').waitFor();
  });
  afterAll(() => served.close());

  it('shows each session as a bar with its state and its remaining time, which passes', async () => {
    const states = async (id: string) => row(page, id).locator('.state').textContent();
    expect(await states('fresh')).toBe('active');
    expect(await states('near-expiry')).toBe('near expiry');
    expect(await states('expired')).toBe('expired');
    const remaining = row(page, 'fresh').locator('.time');
    const before = await remaining.textContent();
    expect(before).toMatch(/^00:(30|29):\d\d$/);
    await expect.poll(() => remaining.textContent()).not.toBe(before);
    const width = async (part: string) =>
      (await row(page, 'near-expiry').locator(`.bar .${part}`).boundingBox())?.width ?? 0;
    for (const part of ['elapsed', 'remaining', 'warning', 'maximum'])
      expect(await width(part)).toBeGreaterThan(0);
  });

  it('sends a heartbeat, renews, and changes timeouts and metadata, and says so beside the row', async () => {
    const fresh = await openRow(page, 'fresh');
    const details = fresh.locator('dl');
    await fresh.getByRole('button', { name: 'Heartbeat' }).click();
    await shows(fresh, /^Heartbeat received; expires at /);
    await expect.poll(() => details.textContent()).toContain('Renewals1');
    await fresh.getByRole('button', { name: 'Renew' }).click();
    await shows(fresh, /^Renewed; expires at /);
    await expect.poll(() => details.textContent()).toContain('Renewals2');
    await fresh.getByLabel('Idle timeout').fill('60');
    await fresh.getByLabel(/^Maximum duration \(/).fill('120');
    await fresh.getByLabel(/^Warning \(/).fill('7');
    await fresh.getByLabel('Auto-renew').uncheck();
    await fresh.getByRole('button', { name: 'Change timeouts' }).click();
    await shows(fresh, /^Timeouts changed; expires at /);
    await expect.poll(() => fresh.locator('.time').textContent()).toMatch(/^(01:00|00:59):\d\d$/);
    await expect.poll(() => details.textContent()).toContain('Auto-renewoff');
    await fresh.getByRole('button', { name: 'Change timeouts' }).click();
    await shows(fresh, /^Nothing to change/);
    await fresh.getByLabel('Metadata to merge').fill('{"locale": "ja"}');
    await fresh.getByRole('button', { name: 'Change metadata' }).click();
    await shows(fresh, 'Metadata changed');
    await expect.poll(() => details.textContent()).toContain('"locale": "ja"');
  });

  it("says beside the row what the API's error is, and what is no JSON", async () => {
    const fresh = row(page, 'fresh');
    await fresh.getByLabel('Metadata to merge').fill('{');
    await fresh.getByRole('button', { name: 'Change metadata' }).click();
    await shows(fresh, /^Metadata must be JSON/);
    await fresh.getByLabel(/^Maximum duration \(/).fill('30');
    await fresh.getByRole('button', { name: 'Change timeouts' }).click();
    await shows(fresh, /^400 VALIDATION_ERROR: .*maxDurationMinutes/);
  });

  it('deletes a session when that is confirmed, and shows the row until it is closed', async () => {
    const fresh = row(page, 'fresh');
    // Enter, held: the question has its focus on the answer that keeps it.
    await fresh.getByRole('button', { name: 'Delete' }).focus();
    for (let press = 0; press < 4; press += 1) await page.keyboard.press('Enter');
    expect(await fresh.locator('.state').textContent()).toBe('active');
    await fresh.getByRole('button', { name: 'Delete', exact: true }).click();
    await fresh.getByRole('button', { name: 'Delete for good' }).click();
    await shows(fresh, 'Deleted');
    await expect.poll(() => fresh.locator('.state').textContent()).toBe('gone');
    // The button that had the focus is gone.
    expect(await page.evaluate('document.activeElement.tagName')).toBe('SUMMARY');
    await fresh.locator('summary').first().click();
    await page.mouse.move(0, 0);
    await page.getByRole('link', { name: 'Sessions', exact: true }).focus();
    await expect.poll(() => row(page, 'fresh').count()).toBe(0);
  });

  it('offers for an expired session only to delete it, which asks first', async () => {
    const expired = await openRow(page, 'expired');
    const names = () => expired.locator('.actions button').allTextContents();
    await expect.poll(names).toEqual(['Delete', 'Copy as curl']);
    expect(await expired.locator('.actions form').count()).toBe(0);
    await expired.getByRole('button', { name: 'Delete' }).click();
    expect(await names()).toEqual(['Delete for good', 'Keep', 'Copy as curl']);
    await expired.getByRole('button', { name: 'Keep' }).click();
    expect(await names()).toEqual(['Delete', 'Copy as curl']);
    expect(await expired.locator('.state').textContent()).toBe('expired');
  });

  it('creates a session from a form with the bounds of the API, and leads to it', async () => {
    await page.getByText('New session').click();
    const form = page.locator('.new');
    const timeout = form.getByLabel('Idle timeout');
    expect([await timeout.getAttribute('min'), await timeout.getAttribute('max')]).toEqual(['5', '1440']);
    await form.getByLabel('User').fill('0e7c3f1a-5d0b-4c8e-9a51-2f7f3b6d9c10');
    await form.getByLabel('Agent').fill('no UUID');
    await form.getByLabel('Idle timeout').fill('45');
    await form.getByLabel('Auto-renew').uncheck();
    await form.getByRole('button', { name: 'Create' }).click();
    await shows(form, /^400 VALIDATION_ERROR: .*agentId/);
    await form.getByLabel('Agent').fill('1e7c3f1a-5d0b-4c8e-9a51-2f7f3b6d9c11');
    await form.getByRole('button', { name: 'Create' }).click();
    await shows(form, /^Created/);
    const link = form.getByRole('link');
    const id = (await link.textContent()) ?? '';
    await link.click();
    const created = row(page, id);
    await expect.poll(() => created.locator('.time').textContent()).toMatch(/^00:4[54]:\d\d$/);
    await expect.poll(() => page.locator('.session').count()).toBe(1);
    await page.getByText('New session').click();
    await openRow(page, id);
    await expect.poll(() => created.locator('dl').textContent()).toContain('Auto-renewoff');
    await page.getByRole('link', { name: 'Show all' }).click();
    await expect.poll(() => page.locator('.session').count()).toBeGreaterThan(1);
  });

  it('copies the request that reads a session as curl, which a shell runs', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const near = await openRow(page, 'near-expiry');
    await near.getByRole('button', { name: 'Copy as curl' }).click();
    await expect.poll(() => near.getByText('Copied').count()).toBe(1);
    const command = await page.evaluate<string>('navigator.clipboard.readText()');
    const { stdout } = await promisify(execFile)('sh', ['-c', command]);
    expect(JSON.parse(stdout)).toMatchObject({ sessionId: 'near-expiry' });
  });

  it('shows the reference, in which a route can be tried', async () => {
    await page.getByRole('link', { name: 'API reference' }).click();
    const operation = page.locator('.opblock', { hasText: 'Read a session' }).first();
    await operation.locator('.opblock-summary-control').click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    expect(await page.locator('.opblock', { hasText: 'List sessions' }).count()).toBe(
      served.host.stack.routes.some(({ method, path }) => `${method} ${path}` === `GET ${SESSIONS_PATH}`)
        ? 1
        : 0,
    );
    await operation.getByPlaceholder('sessionId').fill('near-expiry');
    await operation.getByRole('button', { name: 'Execute' }).click();
    await expect
      .poll(() => operation.locator('.live-responses-table .response-col_status').last().textContent())
      .toMatch(/^200/);
    expect(served.complaints).toEqual([]);
  });
});

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
