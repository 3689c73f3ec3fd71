// The life of a session by the installed client, on whatever Node.js runs this: base URL, headers and user in the environment.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { createSessionsClient, SessionsApiError, watchSession } from 'sessions-api-client';

const { BASE_URL: baseUrl, HEADERS: headers, USER: userId, AGENT: agentId } = process.env;
const client = createSessionsClient({ baseUrl, headers: JSON.parse(headers) });

const created = await client.create({ agentId, userId, metadata: { channel: 'web' } });
const watch = watchSession(client, created.sessionId);
const events = [];
for (const event of ['renewed', 'gone']) watch.on(event, () => events.push(event));
await new Promise((resolve) => watch.on('change', resolve));
assert.equal(watch.state.status, 'active');
await new Promise((resolve) => setTimeout(resolve, 20));
await watch.renew();
assert.equal((await client.heartbeat(created.sessionId)).renewalCount, 2);
assert.equal(
  (await client.changeTimeout(created.sessionId, { timeoutMinutes: 60 })).timeoutConfig.timeoutMinutes,
  60,
);
assert.deepEqual((await client.changeMetadata(created.sessionId, { a: 1 })).metadata, {
  channel: 'web',
  a: 1,
});
const pages = [];
for await (const page of client.list({ userId, limit: 1 })) pages.push(page);
assert.ok(pages.some(({ sessions }) => sessions[0]?.sessionId === created.sessionId));
await watch.end();
const restarted = await watch.restart();
assert.equal(restarted.userId, userId);
watch.close();
assert.deepEqual(events, ['renewed', 'gone']);
assert.ok((await client.deleteAll({ userId })) >= 1);
await assert.rejects(
  client.get(created.sessionId),
  (error) => error instanceof SessionsApiError && error.status === 404,
);
assert.equal((await client.health()).status, 'healthy');
// CommonJS has the same, and one error class with React's entry point.
const required = createRequire(import.meta.url)('sessions-api-client');
assert.equal(typeof required.createSessionsClient, 'function');
console.log(`done on ${process.version}`);
// Nothing keeps the process alive: it ends by itself.
