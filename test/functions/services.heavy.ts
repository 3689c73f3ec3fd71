import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSessionsClient, type SessionsClient } from '../../client/index.ts';
import { startConsole } from '../../local/console/server.ts';
import { startTestHost } from '../support/hosts.ts';
import { AGENT_ID, sessionItem } from '../support/session-item.ts';
import { tableAt } from '../support/sessions-table.ts';
import { UNTHROTTLED } from '../tools/unthrottled.ts';

const [USER, STRANGER] = ['6f1b6f0e-7d5c-4d3a-9a51-2b8f6a0f3c11', '00000000-1111-4222-8333-444444444444'];
const JWT = { auth: 'jwt', jwtIssuer: 'https://issuer.example', jwtAudience: 'sessions' };

describe("an agent's server beside its users", () => {
  let served: Awaited<ReturnType<typeof startTestHost>>;
  let [service, user, stranger] = [] as unknown as SessionsClient[];
  const reasons: unknown[] = [];
  beforeAll(async () => {
    const context = { ...UNTHROTTLED, ...JWT, ownerClaim: 'sub', serviceScope: 'sessions.manage' };
    served = await startTestHost({ context, onRequest: ({ why }) => reasons.push(why) });
    const { url, access } = served.host;
    const clientWith = (token: string | undefined) =>
      createSessionsClient({ baseUrl: url, headers: { authorization: `Bearer ${token}` } });
    service = clientWith(await access.serviceToken?.());
    user = clientWith(await access.tokenFor?.(USER));
    stranger = clientWith(await access.tokenFor?.(STRANGER));
  });
  afterAll(() => served.close());

  it("sends the heartbeats of its users' sessions, and creates for them", async () => {
    const own = await user?.create({ agentId: AGENT_ID, userId: USER });
    const { sessionId = '' } = own ?? {};
    expect((await service?.heartbeat(sessionId))?.renewalCount).toBe(1);
    const made = await service?.create({ agentId: AGENT_ID, userId: STRANGER });
    expect((await stranger?.get(made?.sessionId ?? ''))?.userId).toBe(STRANGER);
    await expect(stranger?.get(sessionId)).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
  });

  it('lists everyone, and deletes all of a user or an agent', async () => {
    const agentId = '5c8f1e0a-2b7d-4c39-8e6f-90a1b2c3d4e5';
    for (const userId of [USER, STRANGER]) await service?.create({ agentId, userId });
    const usersOf = async (client: SessionsClient | undefined) => {
      const found = new Set<string>();
      for await (const page of client?.list({ agentId }) ?? [])
        for (const one of page.sessions) found.add(one.userId);
      return [...found].sort();
    };
    expect(await usersOf(service)).toEqual([STRANGER, USER]);
    expect(await usersOf(user)).toEqual([USER]);
    await expect(user?.deleteAll({ agentId })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await user?.deleteAll({ userId: STRANGER })).toBe(0);
    expect(await service?.deleteAll({ agentId })).toBe(2);
  });

  it('is what the console is, which acts on every session', async () => {
    const own = await user?.create({ agentId: AGENT_ID, userId: USER });
    const page = await startConsole(0);
    page.attach(served.host);
    const url = `${page.url}/api/messaging/sessions/${own?.sessionId}`;
    expect((await fetch(url, { headers: { 'x-console-user': STRANGER } })).status).toBe(200);
    expect(await (await fetch(`${page.url}/openapi.json`)).text()).toContain('called as a service');
    await page.close();
  });

  it('has a token that the terminal names to who sends none', async () => {
    await fetch(`${served.host.url}/api/messaging/sessions/fresh`);
    expect(reasons.at(-1)).toMatch(
      /^Send a token as .*\/token\?userId=<UUID> has one, or \?service for a service$/,
    );
  });

  it('is named as such, as owners are, in the lines that functions write anyway', async () => {
    const { dynamodb, stack } = served.host;
    const table = tableAt(dynamodb.endpoint, stack.tables[0]?.name ?? '');
    await table.put({ ...sessionItem({ sessionId: 'corrupt', userId: USER }), createdAt: 'once' });
    for (const client of [service, user]) {
      const error = await client?.get('corrupt', { retries: 0 }).catch((thrown) => thrown);
      expect(error).toMatchObject({ status: 500 });
    }
    const lines = served
      .log()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ caller, attribute }) => [caller, attribute])).toEqual([
      ['service', 'createdAt'],
      ['owner', 'createdAt'],
    ]);
  });
});
