import { unmarshall } from '@aws-sdk/util-dynamodb';
import { expect, it } from 'vitest';
import { parseItem, toItem } from '../../../functions/session/store/item.ts';
import { sessionsTable } from '../../../functions/session/store/table.ts';
import { sampleAnswer, warmUpRead } from '../../../functions/session/store/warm-up.ts';
import { ELIZAOS_DEFAULTS } from '../../../functions/session/timeout-config.ts';
import { startFaultyServer } from '../../support/faulty-server.ts';

const nothing = 'HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 2\r\n\r\n{}';

it('the sample of the warm-up has the attributes of an item', () => {
  const { Item: item } = JSON.parse(Buffer.from(sampleAnswer()).toString());
  const session = parseItem(unmarshall(item), ELIZAOS_DEFAULTS);
  const { renewalCount: _, purgeAt: __, ...stored } = toItem(session);
  expect(Object.keys(unmarshall(item)).sort()).toEqual(Object.keys(stored).sort());
});

it.each([
  [false, 'GetItem'],
  [true, 'Query'],
])(
  'the rehearsed reads, with owners or without (%s), find a session that is not there by %s',
  async (hasOwners, operation) => {
    const received: string[] = [];
    const server = await startFaultyServer((socket, request) => {
      received.push(request);
      socket.write(nothing);
    });
    try {
      const table = sessionsTable({ TABLE_NAME: 'sessions', DYNAMODB_ENDPOINT: server.endpoint });
      expect(await warmUpRead(table, hasOwners)).toMatchObject({
        metadata: { sample: '' },
        renewalCount: 0,
      });
      expect(received).toHaveLength(2);
      for (const request of received)
        expect(request).toMatch(new RegExp(`x-amz-target: DynamoDB_20120810.${operation}\r`));
    } finally {
      await server.close();
    }
  },
);
