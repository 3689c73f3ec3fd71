import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseItem } from '../../functions/session/store/item.ts';
import { ELIZAOS_DEFAULTS } from '../../functions/session/timeout-config.ts';
import { computeTiming } from '../../functions/session/timing.ts';
import { createSessionsTable, type TestTable } from '../support/sessions-table.ts';

const SEED = fileURLToPath(new URL('../../local/seed.ts', import.meta.url));
const run = promisify(execFile);

let table: TestTable;
beforeAll(async () => {
  table = await createSessionsTable();
});
afterAll(() => table.close());

const seed = (...args: string[]) =>
  run(process.execPath, [SEED, ...args], {
    env: { ...process.env, DYNAMODB_ENDPOINT: table.endpoint, TABLE_NAME: table.name },
  });

describe('npm run seed', () => {
  it('puts as many sessions as it is asked for, shows its progress, and puts none twice', async () => {
    const { stderr } = await seed('130');
    expect(stderr).toMatch(/100% {2}130 of 130/);
    const items = await table.items();
    expect(items).toHaveLength(130);
    for (const item of items) expect(() => parseItem(item, ELIZAOS_DEFAULTS)).not.toThrow();
    await seed('140', '--from', '120');
    expect(await table.items()).toHaveLength(140);
  });

  it('puts as large a share of ended sessions as it is asked for', async () => {
    await seed('200', '--ended', '99');
    const now = Date.now();
    const sessions = (await table.items()).map((item) => parseItem(item, ELIZAOS_DEFAULTS));
    expect(sessions.filter((session) => computeTiming(session, now).isExpired)).toHaveLength(198);
  });

  it.each([
    [[]],
    [['many']],
    [['10', '20']],
    [['10', '--from', 'x']],
    [['3', '--from', '9']],
    [['3', '--from']],
    [['3', '--ended', '101']],
  ])('says in one line how it is used when it is called with %j', async (args) => {
    await expect(seed(...args)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^usage: .*\n$/),
    });
  });

  it('finds the table of a running npm start by its DYNAMODB_PORT', async () => {
    const { DYNAMODB_ENDPOINT: _, ...environment } = process.env;
    const { port } = new URL(table.endpoint);
    const { stderr } = await run(process.execPath, [SEED, '1'], {
      env: { ...environment, DYNAMODB_PORT: port, TABLE_NAME: table.name },
    });
    expect(stderr).toContain(table.name);
  });

  it('says in one line which table is not there', async () => {
    const seeding = run(process.execPath, [SEED, '1'], {
      env: { ...process.env, DYNAMODB_ENDPOINT: table.endpoint, TABLE_NAME: 'other' },
    });
    await expect(seeding).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^No table other at .*\n$/),
    });
  });
});
