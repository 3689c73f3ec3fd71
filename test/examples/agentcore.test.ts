import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSessionsClient } from '../../client/index.ts';
import { Chat, NoSuchSession } from '../../examples/agentcore/chat.ts';
import { startTestHost } from '../support/hosts.ts';
import { AGENT_ID, MINUTE } from '../support/session-item.ts';

const USER = '6f1b6f0e-7d5c-4d3a-9a51-2b8f6a0f3c11';

describe('a chat on AgentCore', () => {
  let served: Awaited<ReturnType<typeof startTestHost>>;
  let chat: Chat;
  const invoked: string[] = [];
  const stopped: string[] = [];
  beforeAll(async () => {
    served = await startTestHost();
    const runtime = {
      invoke: async (id: string, prompt: string) => {
        // What AgentCore rejects.
        expect(id.length).toBeGreaterThanOrEqual(33);
        invoked.push(id);
        return `echo ${prompt}`;
      },
      stop: async (id: string) => void stopped.push(id),
    };
    chat = new Chat(createSessionsClient({ baseUrl: served.host.url }), runtime, AGENT_ID);
  });
  beforeEach(() => void [invoked, stopped].map((calls) => calls.splice(0)));
  afterAll(() => served.close());

  it('has one id in both, and one heartbeat a turn', async () => {
    const { sessionId } = await chat.start(USER);
    expect(await chat.turn(USER, sessionId, 'hello')).toBe('echo hello');
    await chat.turn(USER, sessionId, 'again');
    expect(invoked).toEqual([sessionId, sessionId]);
    const client = createSessionsClient({ baseUrl: served.host.url });
    expect((await client.get(sessionId)).renewalCount).toBe(2);
  });

  it('does not run the agent for a session that has expired', async () => {
    const { sessionId } = await chat.start(USER);
    served.clock.moveTo(Date.now() + 31 * MINUTE);
    await expect(chat.turn(USER, sessionId, 'late')).rejects.toMatchObject({ status: 410 });
    served.clock.reset();
    expect(invoked).toEqual([]);
  });

  it("lets nobody use or end another user's session", async () => {
    const { sessionId } = await chat.start(USER);
    const other = '00000000-1111-4222-8333-444444444444';
    await expect(chat.turn(other, sessionId, 'what did I say?')).rejects.toThrow(NoSuchSession);
    await expect(chat.end(other, sessionId)).rejects.toThrow(NoSuchSession);
    expect([invoked, stopped]).toEqual([[], []]);
  });

  it('shows a user their sessions, ends one in both, and logs out everywhere', async () => {
    await chat.logOut(USER);
    stopped.splice(0);
    const ids = [];
    for (let made = 0; made < 3; made++) ids.push((await chat.start(USER)).sessionId);
    const shown = [];
    for await (const { sessions } of chat.sidebar(USER)) shown.push(...sessions.map((one) => one.sessionId));
    expect(shown.sort()).toEqual([...ids].sort());
    await chat.end(USER, ids[0] ?? '');
    expect(stopped).toEqual([ids[0]]);
    expect(await chat.logOut(USER)).toBe(2);
    expect(stopped.slice(1).sort()).toEqual(ids.slice(1).sort());
  });
});

it('docs/agentcore.md has the code of the examples', () => {
  const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const page = read('docs/agentcore.md');
  for (const [language, file] of [
    ['ts', 'examples/agentcore/chat.ts'],
    ['python', 'examples/agentcore/session_heartbeat.py'],
  ] as const) {
    const [, code = ''] = page.match(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``)) ?? [];
    expect(code).not.toBe('');
    expect(read(file)).toContain(code);
  }
});
