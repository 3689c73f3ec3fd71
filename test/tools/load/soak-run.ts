/** Drives sessions through days of a fast clock, and keeps account of what each must be. */
import { setTimeout as wait } from 'node:timers/promises';
import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SESSIONS_PATH } from '../../../infra/routes.ts';
import type { Clock } from '../../../local/clock.ts';
import type { LocalHost } from '../../../local/host.ts';
import { AGENT_ID, USER_ID } from '../../support/session-item.ts';

export interface SoakOptions {
  host: LocalHost;
  /** The host's. */
  clock: Clock;
  days: number;
  realMilliseconds: number;
  /** Memory in use. */
  megabytes(): Promise<number>;
  progress(line: string): void;
}

export interface SoakResult {
  created: number;
  alive: number;
  expired: number;
  deleted: number;
  /** Removed a day after they expired, as DynamoDB's TTL would. */
  purged: number;
  wrong: string[];
  /** At a quarter, a half, three quarters and the end. */
  megabytes: number[];
}

interface Account {
  /** Epoch milliseconds, as the last response said. */
  expiresAt: number;
  renewals: number;
  /** The metadata's `mark`, as it was sent last. */
  mark?: number;
  end?: 'deleted' | 'purged';
}

const DAY_MS = 24 * 60 * 60_000;

/** Steps of the clock. Between two nothing is asked, so that what is asked has one instant. */
const STEPS_PER_DAY = 288;

export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { host, clock, days, realMilliseconds, progress } = options;
  const { endpoint, region, credentials } = host.dynamodb;
  const client = new DynamoDBClient({ endpoint, region, credentials });
  const accounts = new Map<string, Account>();
  const wrong: string[] = [];
  const megabytes: number[] = [];
  const start = Date.now();
  const steps = Math.max(4, Math.round(days * STEPS_PER_DAY));

  async function call(method: string, path: string, body?: object) {
    const response = await fetch(`${host.url}${SESSIONS_PATH}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  const expect = (holds: boolean, what: string) => {
    if (!holds) wrong.push(what);
  };

  async function create(): Promise<void> {
    const timeoutMinutes = 5 + Math.floor(Math.random() * 600);
    const { status, body } = await call('POST', '', {
      agentId: AGENT_ID,
      userId: USER_ID,
      timeoutConfig: { timeoutMinutes },
    });
    if (status !== 201) return void wrong.push(`create: ${status}`);
    accounts.set(String(body['sessionId']), {
      expiresAt: Date.parse(String(body['expiresAt'])),
      renewals: 0,
    });
  }

  /** Uses a session once, which must be as alive as its account says. */
  async function use(id: string, account: Account, now: number): Promise<void> {
    const isAlive = account.expiresAt > now;
    const dice = Math.random();
    const mark = Math.floor(dice * 1000);
    const [method, path, sent] =
      dice < 0.45
        ? (['POST', `/${id}/heartbeat`] as const)
        : dice < 0.55
          ? (['PATCH', `/${id}`, { metadata: { mark } }] as const)
          : ([dice < 0.95 ? 'GET' : 'DELETE', `/${id}`] as const);
    const { status, body } = await call(method, path, sent);
    if (method === 'DELETE') {
      expect(status === 200, `delete ${id}: ${status}`);
      account.end = 'deleted';
      return;
    }
    expect(
      status === (isAlive ? 200 : 410),
      `${method} ${id} with ${account.expiresAt - now} ms left: ${status}`,
    );
    if (status !== 200) return;
    if (method === 'POST') account.renewals += 1;
    if (method === 'PATCH') account.mark = mark;
    const found = (body['metadata'] as { mark?: number }).mark;
    expect(found === account.mark, `${id} has the mark ${found}, not ${account.mark}`);
    expect(
      body['renewalCount'] === account.renewals,
      `${id} has ${body['renewalCount']} renewals, not ${account.renewals}`,
    );
    const expiresAt = Date.parse(String(body['expiresAt']));
    expect(body['timeRemaining'] === expiresAt - now, `${id}: ${body['timeRemaining']} ms remain at ${now}`);
    if (method !== 'POST') expect(expiresAt === account.expiresAt, `${id} expires at another time`);
    account.expiresAt = expiresAt;
  }

  /** As DynamoDB's TTL does. */
  async function purge(now: number): Promise<void> {
    const due = [...accounts].filter(([, { expiresAt, end }]) => !end && expiresAt + DAY_MS < now);
    const TableName = host.stack.tables[0]?.name;
    for (const [id, account] of due) {
      await client.send(new DeleteItemCommand({ TableName, Key: { sessionId: { S: id } } }));
      account.end = 'purged';
    }
  }

  for (let step = 0; step < steps; step += 1) {
    const now = start + Math.round((step / STEPS_PER_DAY) * DAY_MS);
    const due = performance.now() + realMilliseconds / steps;
    clock.standAt(now);
    const standing = [...accounts].filter(([, { end }]) => !end);
    const chosen = Array.from({ length: 10 }, () => standing[Math.floor(Math.random() * standing.length)]);
    const unique = new Map(chosen.filter((one) => one !== undefined));
    await Promise.all([create(), create(), ...[...unique].map(([id, account]) => use(id, account, now))]);
    if (step % (STEPS_PER_DAY / 4) === 0) await purge(now);
    if ((step + 1) % Math.floor(steps / 4) === 0) {
      megabytes.push(await options.megabytes());
      progress(
        `day ${((step + 1) / STEPS_PER_DAY).toFixed(2)}: ${accounts.size} sessions made, ${megabytes.at(-1)} MB, ${wrong.length} wrong`,
      );
    }
    await wait(Math.max(0, due - performance.now()));
  }

  const now = start + Math.round(((steps - 1) / STEPS_PER_DAY) * DAY_MS);
  const counts = { alive: 0, expired: 0, deleted: 0, purged: 0 };
  for (const [id, { expiresAt, renewals, end }] of accounts) {
    const state = end ?? (expiresAt > now ? 'alive' : 'expired');
    counts[state] += 1;
    const { status, body } = await call('GET', `/${id}`);
    const expected = { alive: 200, expired: 410, deleted: 404, purged: 404 }[state];
    expect(status === expected, `${id} is ${state} and its status ${status}`);
    if (state === 'alive') expect(body['renewalCount'] === renewals, `${id} has lost a renewal`);
  }
  client.destroy();
  return { created: accounts.size, ...counts, wrong, megabytes };
}
