/** TCP servers on 127.0.0.1 that behave as badly as a test needs. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface FaultyServer {
  endpoint: string;
  /** Requests received so far, over all connections. */
  requests(): number;
  /** Connections opened so far. */
  connections(): number;
  close(): Promise<void>;
}

/** @param onRequest what is done for each request, once its headers are there. */
export async function startFaultyServer(
  onRequest: (socket: Socket, request: string) => void,
): Promise<FaultyServer> {
  let requests = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      if (!data.includes('\r\n\r\n')) return;
      requests += 1;
      onRequest(socket, String(data));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    connections: () => sockets.size,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
