import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { SessionInfo } from '../../../functions/http/session-info.ts';
import { startEmbeddedDynamoDB } from '../../../local/dynamodb/embedded-dynamodb.ts';
import { npmStart } from '../../support/npm-start.ts';
import { IDS } from '../../support/sessions.ts';

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

/** Sessions that were acknowledged, by id, with how many heartbeats were sent and acknowledged. */
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
        const response = await fetch(`${sessions}/${sessionId}/heartbeat`, { method: 'POST' });
        await response.arrayBuffer();
        if (response.status === 200) count.answered += 1;
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
    while (acknowledged.size < 40) await setTimeout(10);
    child?.kill('SIGKILL');
    await Promise.all(writers);

    const again = await start();
    for (const [sessionId, { sent, answered }] of acknowledged) {
      const response = await fetch(`${again}/${sessionId}`);
      expect(response.status).toBe(200);
      const { renewalCount } = (await response.json()) as SessionInfo;
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

describe('a folder that was full', () => {
  const TableName = 'full';
  /** Bytes that this process may write into one file. */
  const limit = (bytes: string) =>
    execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:unlimited`]);

  /** An embedded DynamoDB with a table, and a put of 5 KB to it. */
  async function openTable(name: string) {
    const embedded = await startEmbeddedDynamoDB(0, join(data, name));
    const client = new DynamoDBClient({ endpoint: embedded.endpoint, region: 'us-east-1', maxAttempts: 1 });
    await client.send(
      new CreateTableCommand({
        TableName,
        KeySchema: [{ AttributeName: 'k', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'k', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    const put = (k: number) =>
      client.send(
        new PutItemCommand({ TableName, Item: { k: { S: String(k) }, v: { S: 'x'.repeat(5000) } } }),
      );
    await expect.poll(() => put(0).then(() => 'stored', String)).toBe('stored');
    return { embedded, client, put };
  }

  it('takes writes again as soon as it has room, and has kept what was acknowledged', async () => {
    const folder = join(data, 'full');
    const { embedded, client, put } = await openTable('full');
    limit('20000');
    let stored = 0;
    await expect(async () => {
      for (;;) {
        await put(stored + 1);
        stored += 1;
      }
    }).rejects.toThrow();
    // It goes on trying when it has room and can't be opened.
    renameSync(join(folder, 'CURRENT'), join(folder, 'away'));
    limit('unlimited');
    await setTimeout(1500);
    renameSync(join(folder, 'away'), join(folder, 'CURRENT'));
    await expect.poll(() => put(1000).then(() => 'stored', String), { timeout: 10_000 }).toBe('stored');
    for (const k of [0, stored, 1000]) {
      const { Item: item } = await client.send(
        new GetItemCommand({ TableName, Key: { k: { S: String(k) } } }),
      );
      expect(item?.['k']).toEqual({ S: String(k) });
    }
    await embedded.close();
  });

  it('is closed at once while it can not be opened', async () => {
    const { embedded, put } = await openTable('closed');
    limit('20000');
    await expect(Promise.all(Array.from({ length: 20 }, (_, k) => put(k)))).rejects.toThrow();
    renameSync(join(data, 'closed/CURRENT'), join(data, 'closed/away'));
    limit('unlimited');
    await setTimeout(1500);
    const closed = embedded.close().then(() => 'closed');
    expect(await Promise.race([closed, setTimeout(2000, 'open')])).toBe('closed');
    renameSync(join(data, 'closed/away'), join(data, 'closed/CURRENT'));
    await (await startEmbeddedDynamoDB(0, join(data, 'closed'))).close();
  });
});
