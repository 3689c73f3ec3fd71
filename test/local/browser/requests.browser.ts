import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SESSIONS_PATH } from '../../../infra/routes.ts';
import type { AccessKind } from '../../support/global-setup.ts';
import { AGENT_ID, USER_ID } from '../../support/session-item.ts';
import { type ConsolePage, startConsolePage } from './page.ts';

describe.each(['none', 'api-key', 'jwt', 'owner'] as AccessKind[])('the requests, auth %s', (access) => {
  let served: ConsolePage;
  let page: Page;
  beforeAll(async () => {
    served = await startConsolePage({ access });
    page = await served.open();
    await page.getByRole('link', { name: 'Requests' }).click();
  });
  afterAll(() => served.close());

  const send = (path: string, init: RequestInit = {}) =>
    fetch(`${served.host.url}${SESSIONS_PATH}${path}`, {
      ...init,
      headers: { ...served.host.access.caller.headers, 'content-type': 'application/json' },
    });
  const first = () => page.locator('.requests li').first();

  it('are listed with their status and milliseconds as they come', async () => {
    await send('/nope');
    await expect
      .poll(() => first().locator('summary').textContent())
      .toMatch(/404GET\/api\/messaging\/sessions\/nope\d+SESSION_NOT_FOUND$/);
  });

  it('open to their path with the whole id, query, body and response', async () => {
    const body = JSON.stringify({ agentId: AGENT_ID, userId: USER_ID, metadata: { "it's": 1 } });
    const created = (await (await send('?x=1&y=a%20b', { method: 'POST', body })).json()) as {
      sessionId: string;
    };
    await expect.poll(() => first().locator('summary').textContent()).toContain('201POST');
    await first().locator('summary').click();
    const facts = first().locator('dl');
    await expect.poll(() => facts.textContent()).toContain('Queryx = 1\ny = a b');
    expect(await facts.textContent()).toContain(`"userId": "${USER_ID}"`);
    expect(await facts.textContent()).toContain(`"sessionId": "${created.sessionId}"`);
    // The list stands still while one is open.
    await send(`/${created.sessionId}`);
    await expect.poll(() => page.getByRole('button', { name: 'Show 1 new request' }).count()).toBe(1);
    expect(await first().locator('summary').textContent()).toContain('POST');
    await page.getByRole('button', { name: 'Show 1 new request' }).click();
    await expect.poll(() => first().locator('summary').textContent()).toContain('200GET');
    expect(await first().locator('summary').textContent()).not.toContain(created.sessionId);
    await first().locator('summary').click();
    await expect.poll(() => facts.textContent()).toContain(`Session${created.sessionId}`);
    await first().locator('summary').click();
  });

  it('are copied as curl, which a shell runs as the same caller', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const post = page.locator('.requests li', { hasText: '201POST' }).first();
    await post.locator('summary').click();
    await post.getByRole('button', { name: 'Copy as curl' }).click();
    await expect.poll(() => post.getByText('Copied').count()).toBe(1);
    const command = await page.evaluate<string>('navigator.clipboard.readText()');
    const { stdout } = await promisify(execFile)('sh', ['-c', command]);
    expect(JSON.parse(stdout)).toMatchObject({ userId: USER_ID, metadata: { "it's": 1 } });
    await post.locator('summary').click();
    expect(served.complaints).toEqual([]);
  });
});

describe('the requests', () => {
  let served: ConsolePage;
  beforeAll(async () => {
    served = await startConsolePage();
  });
  afterAll(() => served.close());

  it('fail as faults say that were added, until they are used up or ended', async () => {
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

  it('that a fault rejects are shown and copied whole', async () => {
    const page = await served.open();
    await page.getByRole('link', { name: 'Requests' }).click();
    served.host.faults.add({ fault: 429, count: 1 });
    await fetch(served.host.url + SESSIONS_PATH, { method: 'POST', body: '{"agentId": "rejected"}' });
    const first = page.locator('.requests li').first();
    await expect.poll(() => first.textContent()).toContain('429POST');
    await first.locator('summary').click();
    await expect.poll(() => first.locator('dl').textContent()).toContain('"agentId": "rejected"');
    await page.close();
  });

  it('stay where they are while the pointer is over them', async () => {
    const page = await served.open();
    await page.getByRole('link', { name: 'Requests' }).click();
    const path = `${served.host.url}${SESSIONS_PATH}/fresh`;
    await fetch(path);
    const first = page.locator('.requests li').first();
    await first.hover();
    const top = (await first.boundingBox())?.y;
    const text = await first.textContent();
    await fetch(`${path}?another`, { method: 'HEAD' });
    await expect.poll(() => page.getByRole('button', { name: 'Show 1 new request' }).count()).toBe(1);
    expect(await first.textContent()).toBe(text);
    expect((await first.boundingBox())?.y).toBe(top);
    await page.mouse.move(0, 0);
    await expect.poll(() => first.textContent()).toContain('HEAD');
    await page.close();
  });

  it('show the message of a 400', async () => {
    const page = await served.open();
    await page.getByRole('link', { name: 'Requests' }).click();
    await fetch(served.host.url + SESSIONS_PATH, { method: 'POST', body: '{"agentId": 1}' });
    await expect
      .poll(() => page.locator('.requests li').first().textContent())
      .toMatch(/VALIDATION_ERROR; The content-type must be application\/json/);
    await page.close();
  });
});
