/** The console's page in a headless Chromium, on a host of its own. */
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { startConsole } from '../../../local/console/server.ts';
import type { LocalHost } from '../../../local/host.ts';
import { launchBrowser } from '../../support/browser.ts';
import { startTestHost, type TestHostOptions } from '../../support/hosts.ts';

export interface ConsolePage {
  host: LocalHost;
  url: string;
  /** Opens it; what the browser complains about, its content security policy above all, is in `complaints`. */
  open(options?: BrowserContextOptions): Promise<Page>;
  complaints: string[];
  close(): Promise<void>;
}

export async function startConsolePage(options: TestHostOptions = {}): Promise<ConsolePage> {
  const server = await startConsole(0);
  const { host, close } = await startTestHost({ ...options, onRequest: server.onRequest });
  server.attach(host);
  const browser = await launchBrowser();
  const complaints: string[] = [];
  return {
    host,
    url: server.url,
    complaints,
    async open(contextOptions = {}) {
      const page = await (await browser.newContext(contextOptions)).newPage();
      page.on('console', (message) => {
        // The browser itself reports every 4xx of the API.
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
          complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(server.url);
      return page;
    },
    async close() {
      await browser.close();
      await server.close();
      await close();
    },
  };
}

/** The row of a session. */
export const row = (page: Page, id: string) =>
  page.locator('.session').filter({ has: page.locator('.id', { hasText: new RegExp(`^${id}$`) }) });

/** Opens a session's details, and gives its row. */
export async function openRow(page: Page, id: string) {
  const found = row(page, id);
  await found.locator('summary').first().click();
  return found;
}

/** Waits for this text beside a session's row, or within another element. */
export const shows = (within: Locator, text: string | RegExp) =>
  expect.poll(() => within.locator('.outcome').first().textContent()).toMatch(text);
