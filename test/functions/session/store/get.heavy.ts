import type { Socket } from 'node:net';
import { describe, it } from 'vitest';
import { CALL_DEADLINE_MS, MAX_ATTEMPTS } from '../../../../functions/aws/deadlines.ts';
import { getSession } from '../../../../functions/session/store/get.ts';
import { sessionsTable } from '../../../../functions/session/store/table.ts';
import { FUNCTION_TIMEOUT_SECONDS } from '../../../../infra/lambda/service-function.ts';
import { startFaultyServer } from '../../../support/faulty-server.ts';

const ANYONE = { kind: 'anyone' } as const;

describe.concurrent('a DynamoDB that does not serve', () => {
  const dripFeed = (socket: Socket) => {
    socket.write(
      'HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 100000\r\n\r\n',
    );
    const drip = setInterval(() => socket.write(' '), 200);
    socket.on('close', () => clearInterval(drip));
  };

  it.for([
    ['never responds', () => {}, MAX_ATTEMPTS],
    ['sends its response byte by byte, for ever', dripFeed, 1],
    ['closes every connection', (socket: Socket) => socket.destroy(), MAX_ATTEMPTS],
  ] satisfies [string, (socket: Socket) => void, number][])(
    'is given up on before the function times out: one that %s',
    { timeout: FUNCTION_TIMEOUT_SECONDS * 1000 },
    async ([_what, onRequest, attempts], { expect }) => {
      const server = await startFaultyServer(onRequest);
      try {
        const sessions = sessionsTable({ TABLE_NAME: 'sessions', DYNAMODB_ENDPOINT: server.endpoint });
        await expect(getSession(sessions, { sessionId: 'any', caller: ANYONE })).rejects.toThrow();
        expect(server.requests()).toBe(attempts);
      } finally {
        await server.close();
      }
    },
  );

  it('leaves the function half of its time', ({ expect }) => {
    expect(2 * CALL_DEADLINE_MS).toBeLessThanOrEqual(FUNCTION_TIMEOUT_SECONDS * 1000);
  });
});
