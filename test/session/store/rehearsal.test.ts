import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { expect, it } from 'vitest';
import { parseItem, toItem } from '../../../functions/session/store/item.ts';
import { rehearsalTable, sampleAnswer } from '../../../functions/session/store/rehearsal.ts';
import { sessionsTable } from '../../../functions/session/store/table.ts';
import { ELIZAOS_DEFAULTS } from '../../../functions/session/timeout-config.ts';
import { startFaultyServer } from '../../support/faulty-server.ts';

it('the sample that routes are rehearsed with has the attributes of an item', () => {
  const { Item: item } = JSON.parse(Buffer.from(sampleAnswer('sessions')).toString());
  const session = parseItem(unmarshall(item), ELIZAOS_DEFAULTS);
  const { renewalCount: _, purgeAt: __, ...stored } = toItem(session);
  expect(Object.keys(unmarshall(item)).sort()).toEqual(Object.keys(stored).sort());
});

it('a rehearsed scan, which would read sessions, is not sent', async () => {
  const server = await startFaultyServer((socket) => socket.destroy());
  try {
    const table = sessionsTable({ TABLE_NAME: 'sessions', DYNAMODB_ENDPOINT: server.endpoint });
    const { Items } = await rehearsalTable(table).client.send(new ScanCommand({ TableName: 'sessions' }));
    expect(Items).toHaveLength(1);
    expect(server.requests()).toBe(0);
  } finally {
    await server.close();
  }
});
