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
    const remaining = row(page, 'fresh').locator('.remaining');
    const before = await remaining.textContent();
    expect(before).toMatch(/^00:(30|29):\d\d left$/);
    await expect.poll(() => remaining.textContent(), { timeout: 5000 }).not.toBe(before);
    const label = await row(page, 'fresh').locator('.bar').getAttribute('aria-label');
    expect(label).toMatch(/^created .+, last activity .+, warning from .+, expires .+, at the latest .+$/);
    const width = async (part: string) =>
      (await row(page, 'near-expiry').locator(`.bar .${part}`).boundingBox())?.width ?? 0;
    for (const part of ['life', 'ahead', 'warning', 'rest']) expect(await width(part)).toBeGreaterThan(0);
  });

  it('sends a heartbeat, renews, changes the timeout and the metadata, and deletes', async () => {
    const fresh = await openRow(page, 'fresh');
    const details = fresh.locator('dl');
    await fresh.getByRole('button', { name: 'Heartbeat' }).click();
    await shows(page, /heartbeat 200/);
    await expect.poll(() => details.textContent()).toContain('Renewals1');
    await fresh.getByRole('button', { name: 'Renew' }).click();
    await shows(page, /renew 200/);
    await expect.poll(() => details.textContent()).toContain('Renewals2');
    await fresh.getByLabel('Timeout in minutes').fill('60');
    await fresh.getByRole('button', { name: 'Change timeout' }).click();
    await shows(page, /timeout 200/);
    await expect.poll(() => fresh.locator('.remaining').textContent()).toMatch(/^(01:00|00:59):\d\d left$/);
    await fresh.getByLabel('Metadata to merge').fill('{"locale": "ja"}');
    await fresh.getByRole('button', { name: 'Change metadata' }).click();
    await shows(page, /fresh 200/);
    await expect.poll(() => details.textContent()).toContain('"locale":"ja"');
    await fresh.getByRole('button', { name: 'Delete' }).click();
    await shows(page, /DELETE .*fresh 200/);
    await expect.poll(() => row(page, 'fresh').count()).toBe(0);
  });

  it('creates a session, and shows it', async () => {
    const before = await page.locator('.session').count();
    await page.getByRole('button', { name: 'New session' }).click();
    await shows(page, /POST .* 201/);
    await expect.poll(() => page.locator('.session').count()).toBe(before + 1);
  });

  it("says what the API's error is, and what is no JSON", async () => {
    const expired = await openRow(page, 'expired');
    await expired.getByRole('button', { name: 'Heartbeat' }).click();
    await shows(page, /410 SESSION_EXPIRED: Session has expired/);
    await expired.getByLabel('Metadata to merge').fill('{');
    await expired.getByRole('button', { name: 'Change metadata' }).click();
    await shows(page, /^Metadata must be JSON/);
  });

  it('shows the requests with their status and milliseconds as they come', async () => {
    await page.getByRole('link', { name: 'Requests' }).click();
    const first = page.locator('#requests tbody tr').first();
    await fetch(`${served.host.url}/api/messaging/sessions/nope`, {
      headers: served.host.access.caller.headers,
    });
    await expect
      .poll(() => first.textContent())
      .toMatch(/404GET\/api\/messaging\/sessions\/nope\d+SESSION_NOT_FOUND$/);
    const created = page.locator('#requests tr', { hasText: 'POST' }).filter({ hasText: '201' });
    expect(await created.count()).toBe(1);
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
      .poll(() => operation.locator('.live-responses-table .response-col_status').last().textContent(), {
        timeout: 5000,
      })
      .toMatch(/^200/);
    expect(served.complaints).toEqual([]);
  });
});

describe('the page', () => {
  let served: ConsolePage;
  beforeAll(async () => {
    served = await startConsolePage();
  });
  afterAll(() => served.close());

  it.each([360, 1600])('fits into %s pixels, in every view', async (width) => {
    const page = await served.open({ viewport: { width, height: 800 } });
    await openRow(page, 'fresh');
    for (const view of ['Sessions', 'Requests', 'API reference']) {
      await page.getByRole('link', { name: view }).click();
      if (view === 'Requests')
        await page.locator('#faults option', { hasText: 'heartbeat' }).waitFor({ state: 'attached' });
      if (view === 'API reference') await page.locator('.opblock').first().waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
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
    await fresh.getByRole('button', { name: 'Clock to expiry' }).click();
    await shows(page, /^It expired at /);
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

  it('adds faults, shows what is left of them, and ends them', async () => {
    const page = await served.open();
    await page.getByRole('link', { name: 'Requests' }).click();
    const faults = page.locator('#faults li');
    const path = `${served.host.url}${SESSIONS_PATH}/fresh`;
    await page.getByLabel('Route').selectOption(`GET ${SESSIONS_PATH}/{sessionId}`);
    await page.getByLabel('Fault').selectOption('503');
    await page.locator('#faults [name=extent]').selectOption('the next 3 requests');
    await page.getByRole('button', { name: 'Add fault' }).click();
    await expect.poll(() => faults.allTextContents()).toEqual([expect.stringMatching(/^503.*3 more$/)]);
    expect((await fetch(path)).status).toBe(503);
    await expect.poll(() => faults.allTextContents()).toEqual([expect.stringMatching(/ 2 more$/)]);
    await page.getByRole('button', { name: 'End all faults' }).click();
    await expect.poll(() => faults.count()).toBe(0);
    expect((await fetch(path)).status).toBe(200);
    await page.close();
  });

  it('shows the message of a 400 among the requests', async () => {
    const page = await served.open();
    await page.getByRole('link', { name: 'Requests' }).click();
    await fetch(served.host.url + SESSIONS_PATH, { method: 'POST', body: '{"agentId": 1}' });
    const first = page.locator('#requests tbody tr').first();
    await expect
      .poll(() => first.textContent())
      .toMatch(/VALIDATION_ERROR; The content-type must be application\/json/);
    await page.close();
  });

  it('says that the host is gone for as long as it is', async () => {
    const page = await served.open();
    await row(page, 'fresh').waitFor();
    await page.route('**/console/sessions', (route) => route.abort());
    await shows(page, 'npm start does not respond any more');
    await page.unroute('**/console/sessions');
    await shows(page, /^$/);
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

  it('is used by keyboard alone', async () => {
    const page = await served.open();
    await row(page, 'fresh').waitFor();
    const focused = () => page.evaluate('document.activeElement.textContent.trim().split(/\\s/)[0]');
    const tabTo = async (text: string) => {
      for (let presses = 0; presses < 30 && (await focused()) !== text; presses += 1)
        await page.keyboard.press('Tab');
      expect(await focused()).toBe(text);
    };
    await tabTo('fresh');
    await page.keyboard.press('Enter');
    await tabTo('Heartbeat');
    await page.keyboard.press('Space');
    await shows(page, /fresh\/heartbeat 200/);
    // A refresh leaves the focus where it is.
    expect(await focused()).toBe('Heartbeat');
    await page.close();
  });

  it('shows another range of time when it is chosen', async () => {
    const page = await served.open();
    await row(page, 'near-expiry').waitFor();
    const width = async () =>
      (await row(page, 'near-expiry').locator('.bar .life').boundingBox())?.width ?? 0;
    const before = await width();
    await page.getByLabel('Time line').selectOption('a day');
    await expect.poll(width).toBeLessThan(before / 4);
    await page.close();
  });

  it('shows a malformed item, and what is wrong with it', async () => {
    const { dynamodb, stack } = served.host;
    await tableAt(dynamodb.endpoint, stack.tables[0]?.name ?? '').put({ sessionId: 'odd' });
    const page = await served.open();
    const odd = await openRow(page, 'odd');
    expect(await odd.locator('.state').textContent()).toBe('malformed');
    expect(await odd.locator('dl').textContent()).toContain('agentId');
    await page.close();
  });
});
