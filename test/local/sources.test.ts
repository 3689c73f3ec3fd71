import { afterAll, expect, it } from 'vitest';
import type { RequestRecord } from '../../local/gateway/request-record.ts';
import { toSources } from '../../local/sources.ts';
import { findRoute } from '../support/event.ts';
import { startTestHost } from '../support/hosts.ts';
import { tableAt } from '../support/sessions-table.ts';

const records: RequestRecord[] = [];
const started = await startTestHost({ onRequest: (record) => records.push(record) });
afterAll(() => started.close());

it("a failure's stack names the sources of the deployed bundle", async () => {
  const { stack, dynamodb, url } = started.host;
  await tableAt(dynamodb.endpoint, stack.tables[0]?.name ?? '').put({ sessionId: 'broken' });
  const response = await fetch(url + findRoute('GetSession').path.replace('{sessionId}', 'broken'));
  expect(response.status).toBe(500);
  const [failure, ...others] = records[0]?.log.filter(({ kind }) => kind === 'failure') ?? [];
  expect(others).toEqual([]);
  const [message, ...frames] = (await toSources(failure?.text ?? '')).split('\n');
  expect(message).toBe("MalformedItem: The stored session's agentId is missing or malformed");
  expect(frames[0]).toMatch(/^ {4}at functions\/session\/store\/item\.ts:\d+:\d+$/);
  expect(frames.join('\n')).not.toContain('.mjs');
});

it('a stack of a bundle that is not what the sources make stays as it is', async () => {
  const stack = 'Error: old\n    at file:///nowhere/get-session.mjs:1:10';
  expect(await toSources(stack)).toBe(stack);
});
