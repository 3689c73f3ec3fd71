import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedDynamoDB } from '../../../local/dynamodb/embedded-dynamodb.ts';
import { sessionItem } from '../../support/session-item.ts';
import { tableAt } from '../../support/sessions-table.ts';
import { type ConsolePage, openRow, row, startConsolePage } from './page.ts';

describe('sessions that other programs have stored', () => {
  let served: ConsolePage;
  let page: Page;
  beforeAll(async () => {
    served = await startConsolePage();
    const { dynamodb, stack } = served.host;
    const table = tableAt(dynamodb.endpoint, stack.tables[0]?.name ?? '');
    await table.put(sessionItem({ sessionId: 'fresh?x' }));
    await table.put(sessionItem({ sessionId: '<img src=x onerror=alert(1)>' }));
    await table.put(
      sessionItem({
        sessionId: 'long',
        timeoutConfig: { maxDurationMinutes: Number.MAX_SAFE_INTEGER, warningThresholdMinutes: 1e15 },
      }),
    );
    page = await served.open();
    await row(page, 'fresh').waitFor();
  });
  afterAll(() => served.close());

  it('have no buttons where no path reaches them, because one would change another session', async () => {
    const odd = await openRow(page, 'fresh\\?x');
    expect(await odd.getByRole('button').count()).toBe(0);
    expect(await odd.locator('.actions').textContent()).toBe('No path reaches a session with this id.');
  });

  it('are shown whatever their durations are, and leave the others shown', async () => {
    expect(await row(page, 'long').locator('.state').textContent()).toBe('near expiry');
    expect(await row(page, 'fresh').locator('.state').textContent()).toBe('active');
    expect(await page.locator('#axis .tick').count()).toBeGreaterThan(0);
  });

  it('are text, and no part of the page', async () => {
    expect(await page.locator('#list img').count()).toBe(0);
    expect(served.complaints).toEqual([]);
  });
});

it('the page does not show the sessions of a table that is not its own', async () => {
  const engine = await startEmbeddedDynamoDB(0);
  const served = await startConsolePage({ dynamodbEndpoint: engine.endpoint });
  const page = await served.open();
  await expect
    .poll(() => page.locator('#count').textContent())
    .toContain(`The sessions are in ${engine.endpoint}`);
  expect(await page.locator('.session').count()).toBe(0);
  await served.close();
  await engine.close();
});
