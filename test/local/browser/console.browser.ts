import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SESSIONS_PATH } from '../../../infra/routes.ts';
import type { AccessKind } from '../../support/global-setup.ts';
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
