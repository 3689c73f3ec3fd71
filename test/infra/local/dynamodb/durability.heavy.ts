import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { SessionInfo } from '../../../../functions/http/session-info.ts';
import { npmStart } from '../../../support/npm-start.ts';
import { IDS } from '../../../support/sessions.ts';

const data = mkdtempSync(join(tmpdir(), 'sessions-api-data-'));
let child: ChildProcess | undefined;

afterEach(() => child?.kill('SIGKILL'));
afterAll(() => rmSync(data, { recursive: true }));

/** Gives the address of the sessions of `npm start -- --data …`, or all of its output if it ends. */
async function start(): Promise<string> {
  const started = await npmStart(['--data', data]);
  child = started.child;
  const [, sessions] = started.output().match(/^API +(\S+)/m) ?? [];
  return sessions ?? started.output();
}

/** Sessions that were answered, by id, with how many heartbeats were sent and answered. */
type Acknowledged = Map<string, { sent: number; answered: number }>;

/** Creates sessions and sends heartbeats to them until the server is gone. */
async function write(sessions: string, acknowledged: Acknowledged): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  try {
    for (;;) {
      const created = await fetch(sessions, { method: 'POST', headers, body: JSON.stringify(IDS) });
      const { sessionId } = (await created.json()) as SessionInfo;
      const count = { sent: 0, answered: 0 };
      acknowledged.set(sessionId, count);
      for (let beat = 0; beat < 3; beat += 1) {
        count.sent += 1;
        const answer = await fetch(`${sessions}/${sessionId}/heartbeat`, { method: 'POST' });
        await answer.arrayBuffer();
        if (answer.status === 200) count.answered += 1;
      }
    }
  } catch {
    // The server was killed.
  }
}

// Two or three starts of the whole host, and writes to a disk: on a busy machine that takes its time.
describe('npm start -- --data', { timeout: 90_000 }, () => {
  it('has every write that it acknowledged after it was killed in the middle of many', async () => {
    const acknowledged: Acknowledged = new Map();
    const sessions = await start();
    const writers = Array.from({ length: 8 }, () => write(sessions, acknowledged));
    while (acknowledged.size < 40) await new Promise((resolve) => setTimeout(resolve, 10));
    child?.kill('SIGKILL');
    await Promise.all(writers);

    const again = await start();
    for (const [sessionId, { sent, answered }] of acknowledged) {
      const answer = await fetch(`${again}/${sessionId}`);
      expect(answer.status).toBe(200);
      const { renewalCount } = (await answer.json()) as SessionInfo;
      expect(renewalCount).toBeGreaterThanOrEqual(answered);
      expect(renewalCount).toBeLessThanOrEqual(sent);
    }
  });

  it('says so when another process has the folder, and stops in order', async () => {
    await start();
    const first = child;
    expect(await start()).toMatch(/^--data \S+: another npm start uses it$/m);
    child = first;
    const exited = once(first as ChildProcess, 'exit');
    first?.kill('SIGINT');
    expect(await exited).toEqual([0, null]);
  });
});
