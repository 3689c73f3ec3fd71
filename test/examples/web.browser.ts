/** The pages of `npm run example`, and with them the client, in a browser whose clock and network are moved. */
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Example, startExample } from '../../examples/web/pages.ts';
import { launchBrowser } from '../support/browser.ts';
import { startTestHost } from '../support/hosts.ts';
import { sessionItem } from '../support/session-item.ts';
import { tableAt } from '../support/sessions-table.ts';
import { UNTHROTTLED } from '../tools/unthrottled.ts';

const DAY = 24 * 60 * 60_000;

let served: Awaited<ReturnType<typeof startTestHost>>;
let example: Example;
let browser: Browser;
beforeAll(async () => {
  served = await startTestHost({
    context: { ...UNTHROTTLED, corsOrigins: '*', minTimeoutMinutes: '1' },
    onRequest: ({ method, path }) => requests.push(`${method} ${path}`),
  });
  example = await startExample(0, served.host.url);
  browser = await launchBrowser();
}, 60_000);
afterAll(async () => {
  await browser.close();
  await example.close();
  await served.close();
});
const requests: string[] = [];

describe.each(['plain', 'react'])('the page: %s', (name) => {
  let context: BrowserContext;
  const complaints: string[] = [];
  const underway = new Set<Request>();
  beforeEach(async () => {
    served.clock.reset();
    context = await browser.newContext();
    underway.clear();
    context.on('request', (request) => underway.add(request));
    for (const end of ['requestfinished', 'requestfailed'] as const)
      context.on(end as 'requestfinished', (request) => underway.delete(request));
    complaints.length = 0;
  });
  afterEach(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });

  /** A tab whose clocks stand still until `pass`; the device's clock is wrong by `error`. */
  async function open(hash = '', error = 0): Promise<Page> {
    const page = await context.newPage();
    page.on('pageerror', ({ message }) => complaints.push(message));
    await page.clock.install({ time: Date.now() + error });
    await page.goto(`${example.url}/${name}/${hash}`);
    await shows(page, /^\d/);
    return page;
  }

  const countdown = (page: Page) => page.locator('.countdown').textContent();
  const shows = (page: Page, text: RegExp) =>
    expect.poll(() => countdown(page), { timeout: 8_000 }).toMatch(text);
  const title = (page: Page) => page.locator('main h1').textContent();
  const reads = (page: Page, text: RegExp) =>
    expect.poll(() => title(page), { timeout: 8_000 }).toMatch(text);
  const warning = (page: Page) => page.getByRole('alertdialog');

  /** Time passes here and on the server, second by second. */
  async function pass(pages: Page[], milliseconds: number): Promise<void> {
    for (let left = milliseconds; left > 0; left -= 1000) {
      served.clock.moveTo(served.clock.now() + 1000);
      for (const page of pages) await page.clock.runFor(1000);
      // A response takes no seconds here, however many milliseconds it takes.
      await expect.poll(() => underway.size, { interval: 2 }).toBe(0);
    }
  }

  /** The machine sleeps: at its end each timer that was due runs once. */
  async function sleep(page: Page, milliseconds: number): Promise<void> {
    served.clock.moveTo(served.clock.now() + milliseconds);
    await page.clock.fastForward(milliseconds);
  }

  it('counts down, warns with the focus on the way to stay, and stays by the keyboard', async () => {
    const page = await open();
    await shows(page, /^(1:00|0:5\d)$/);
    for (let second = 0; second < 60 && !(await warning(page).count()); second++) await pass([page], 1000);
    // At least 20 seconds are left to answer.
    const [, left = ''] = (await countdown(page))?.match(/^0:(\d\d)$/) ?? [];
    expect(Number(left)).toBeGreaterThanOrEqual(20);
    expect(await page.evaluate('document.activeElement.textContent')).toMatch(/^\s*Stay\s*$/);
    expect(await warning(page).getByRole('status').textContent()).toMatch(/ends in less than \d+ seconds/);
    await page.keyboard.press('Enter');
    await expect.poll(() => warning(page).count()).toBe(0);
    await shows(page, /^(1:00|0:5\d)$/);
  });

  it('takes Escape for a wish to stay', async () => {
    const page = await open();
    await pass([page], 36_000);
    await warning(page).waitFor();
    await page.keyboard.press('Escape');
    await shows(page, /^(1:00|0:5\d)$/);
    expect(await warning(page).count()).toBe(0);
  });

  it('stays alive while the user types', async () => {
    const page = await open();
    for (let times = 0; times < 5; times++) {
      await pass([page], 15_000);
      await page.getByLabel('Message').press('x');
      await expect.poll(() => underway.size).toBe(0);
    }
    await reads(page, /^Your session$/);
    expect(await warning(page).count()).toBe(0);
  });

  it('says that the session has expired after sleep over the expiry, and starts again', async () => {
    const page = await open();
    const before = page.url();
    await sleep(page, 10 * 60_000);
    await reads(page, /^Your session has expired$/);
    await page.getByRole('button', { name: 'Start again' }).click();
    await reads(page, /^Your session$/);
    await shows(page, /^(1:00|0:5\d)$/);
    expect(page.url()).not.toBe(before);
  });

  it('warns after sleep over the warning', async () => {
    const page = await open();
    await sleep(page, 40_000);
    await warning(page).waitFor();
  });

  it.each([DAY, -DAY])('is right with a device clock that is wrong by %i ms', async (error) => {
    const page = await open('', error);
    await shows(page, /^(1:00|0:5\d)$/);
    await pass([page], 36_000);
    await warning(page).waitFor();
    await pass([page], 40_000);
    await reads(page, /^Your session has expired$/);
  });

  it('says that the network is away, and what became of the session when it is back', async () => {
    const page = await open();
    await context.setOffline(true);
    await page.getByText('The network is away').waitFor();
    await pass([page], 120_000);
    await shows(page, /^0:00$/);
    await reads(page, /^Your session$/);
    await context.setOffline(false);
    await reads(page, /^Your session has expired$/);
  });

  it('shows a renewal and the end of one tab in the other, with one poll for both', async () => {
    const first = await open();
    const second = await open(new URL(first.url()).hash);
    await pass([first, second], 36_000);
    await warning(first).waitFor();
    await warning(second).waitFor();
    await first.bringToFront();
    await warning(first).getByRole('button', { name: 'Stay' }).click();
    for (const page of [first, second]) await expect.poll(() => warning(page).count()).toBe(0);
    await first.getByRole('button', { name: 'End session' }).click();
    for (const page of [first, second]) await reads(page, /^Your session has ended$/);
    await first.getByRole('button', { name: 'Start again' }).click();
    for (const page of [first, second]) await reads(page, /^Your session$/);
  });

  it('asks when it is visible again, and not while it is hidden', async () => {
    const page = await open();
    const setVisible = (state: string) =>
      page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
        document.dispatchEvent(new Event('visibilitychange'))`);
    await setVisible('hidden');
    const id = decodeURIComponent(new URL(page.url()).hash.slice(1));
    await fetch(`${served.host.url}/api/messaging/sessions/${id}/timeout`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: '{"timeoutMinutes": 60}',
    });
    const before = requests.length;
    await pass([page], 10_000);
    expect(requests.length).toBe(before);
    await setVisible('visible');
    await shows(page, /^(60:00|59:\d\d)$/);
  });

  it('counts down a stored session that lives 60 days', async () => {
    const { dynamodb, stack } = served.host;
    const table = tableAt(dynamodb.endpoint, stack.tables[0]?.name ?? '');
    const timeoutConfig = { timeoutMinutes: 86_400, maxDurationMinutes: 86_400, warningThresholdMinutes: 1 };
    await table.put(sessionItem({ sessionId: 'long', timeoutConfig }));
    const page = await open('#long');
    await shows(page, /^\d{5}:\d\d$/);
    await pass([page], 60_000);
    expect(await warning(page).count()).toBe(0);
    await reads(page, /^Your session$/);
  });

  it.each([375, 1280])('fits into %i pixels', async (width) => {
    const page = await open();
    await page.setViewportSize({ width, height: 700 });
    await pass([page], 36_000);
    await warning(page).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await page.screenshot({ path: `${process.env['SCREENSHOTS'] ?? '/tmp'}/example-${name}-${width}.png` });
  });
});
