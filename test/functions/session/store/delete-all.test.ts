import type { ServerResponse } from 'node:http';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Budget } from '../../../../functions/session/store/budget.ts';
import { DELETE_BUDGET, deleteSessions } from '../../../../functions/session/store/delete-all.ts';
import { type SessionsTable, sessionsTable } from '../../../../functions/session/store/table.ts';
import { handOn, JSON_TYPE, startProxy } from '../../../support/proxy.ts';
import { sessionItem, USER_ID } from '../../../support/session-item.ts';
import { createSessionsTable, type TestTable } from '../../../support/sessions-table.ts';

const OTHER = '00000000-0000-4000-8000-000000000000';

describe('deleting all sessions of a user', () => {
  let engine: TestTable;
  let table: SessionsTable;
  beforeEach(async () => {
    engine = await createSessionsTable();
    table = sessionsTable({
      TABLE_NAME: engine.name,
      AWS_REGION: 'us-east-1',
      DYNAMODB_ENDPOINT: engine.endpoint,
    });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await engine.close();
  });

  /** Does something each time that keys were found, before the sessions are deleted. */
  function afterQuery(action: () => Promise<void> | void): void {
    const { send } = table.client;
    vi.spyOn(table.client, 'send').mockImplementation(async (...args: unknown[]) => {
      const answer = await (send as (...all: unknown[]) => Promise<object>).apply(table.client, args);
      if (args[0] instanceof QueryCommand) await action();
      return answer as never;
    });
  }

  it("spares a session that has become another's since the index named it", async () => {
    const [mine, moved] = [sessionItem({ sessionId: 'mine' }), sessionItem({ sessionId: 'moved' })];
    await engine.putMany([mine, moved]);
    afterQuery(() => engine.put({ ...moved, userId: OTHER }));
    expect(await deleteSessions(table, 'userId', USER_ID)).toEqual({ deleted: 1, remaining: false });
    expect(await engine.items()).toEqual([expect.objectContaining({ sessionId: 'moved', userId: OTHER })]);
  });

  it('ends its other deletes, and their retries, when one fails', async () => {
    await engine.putMany(Array.from({ length: 10 }, (_, index) => sessionItem({ sessionId: `${index}` })));
    const held: ServerResponse[] = [];
    let isOver = false;
    const late: string[] = [];
    const proxy = await startProxy(engine.endpoint, async (request) => {
      if (isOver) late.push(request.operation);
      if (request.operation !== 'DeleteItem') return await handOn(request);
      held.push(request.response);
      if (held.length < 10) return undefined;
      // One of ten has no retry, one has, the others have no response yet.
      const answer = (status: number, error: string) =>
        held
          .shift()
          ?.writeHead(status, JSON_TYPE)
          .end(JSON.stringify({ __type: error }));
      answer(500, 'InternalServerError');
      return answer(400, 'AccessDeniedException');
    });
    const failing = sessionsTable({
      TABLE_NAME: engine.name,
      AWS_REGION: 'us-east-1',
      DYNAMODB_ENDPOINT: proxy.endpoint,
    });
    const send = vi.spyOn(failing.client, 'send');
    const deleting = deleteSessions(failing, 'userId', USER_ID);
    await expect(deleting).rejects.toMatchObject({ name: 'AccessDeniedException' });
    isOver = true;
    await Promise.allSettled(send.mock.results.map(({ value }) => value));
    expect(late).toEqual([]);
    await proxy.close();
  });

  it('stops when its time is up, and says that more remain', async () => {
    await engine.putMany([sessionItem({ sessionId: 'one' }), sessionItem({ sessionId: 'two' })]);
    let milliseconds = 0;
    vi.spyOn(process, 'uptime').mockImplementation(() => milliseconds / 1000);
    afterQuery(() => {
      milliseconds += DELETE_BUDGET.milliseconds;
    });
    expect(await deleteSessions(table, 'userId', USER_ID)).toEqual({ deleted: 0, remaining: true });
    vi.restoreAllMocks();
    expect(await deleteSessions(table, 'userId', USER_ID)).toEqual({ deleted: 2, remaining: false });
  });

  it.each([
    { items: 0, milliseconds: 0 },
    { items: 0.5, milliseconds: 60_000 },
    { items: 1, milliseconds: 60_000 },
    { items: -1, milliseconds: -1 },
  ])('ends with any budget, and is done after enough calls: %j', async (limits) => {
    await engine.putMany(['one', 'two', 'three'].map((sessionId) => sessionItem({ sessionId })));
    const { remaining } = await deleteSessions(table, 'userId', USER_ID, new Budget(limits));
    expect(remaining).toBe(true);
    expect(await deleteSessions(table, 'userId', USER_ID)).toMatchObject({ remaining: false });
    expect(await engine.items()).toEqual([]);
  });
});
