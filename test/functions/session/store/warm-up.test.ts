import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { expect, it, vi } from 'vitest';
import { parseItem, toItem } from '../../../../functions/session/store/item.ts';
import { sessionsTable } from '../../../../functions/session/store/table.ts';
import { sampleResponse, warmUp } from '../../../../functions/session/store/warm-up.ts';
import { ELIZAOS_DEFAULTS } from '../../../../functions/session/timeout-config.ts';
import { startFaultyServer } from '../../../support/faulty-server.ts';

it('the sample response of a warm-up has the attributes of an item', () => {
  const { Item: item } = JSON.parse(Buffer.from(sampleResponse('sessions')).toString());
  const session = parseItem(unmarshall(item), ELIZAOS_DEFAULTS);
  const { renewalCount: _, purgeAt: __, ...stored } = toItem(session);
  expect(Object.keys(unmarshall(item)).sort()).toEqual(Object.keys(stored).sort());
});

it('a warm-up sends no scan, which would read sessions', async () => {
  const server = await startFaultyServer((socket) => socket.destroy());
  try {
    const table = sessionsTable({ TABLE_NAME: 'sessions', DYNAMODB_ENDPOINT: server.endpoint });
    const found = vi.fn();
    await warmUp(table, async () =>
      found((await table.client.send(new ScanCommand({ TableName: 'sessions' }))).Items),
    );
    expect(found.mock.calls).toEqual([[[expect.objectContaining({ metadata: expect.anything() })]]]);
    expect(server.requests()).toBe(0);
  } finally {
    await server.close();
  }
});
