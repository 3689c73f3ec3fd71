/** Servers on 127.0.0.1, and nowhere else. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { StartError } from './start-error.ts';

/**
 * Listens, and gives the port. Rejects with EADDRINUSE when it is taken, on the IPv6 loopback too: that is
 * where `localhost` leads first on many machines.
 * @param port 0 takes any free one.
 */
export async function listen(server: Server, port: number): Promise<number> {
  if (port !== 0 && (await isTaken(port, '::1')))
    throw Object.assign(new Error(`[::1]:${port} is taken`), { code: 'EADDRINUSE' });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function isTaken(port: number, address: string): Promise<boolean> {
  const probe = createTcpServer();
  probe.listen(port, address);
  try {
    await once(probe, 'listening');
  } catch (error) {
    // A machine may have no IPv6.
    return (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  }
  await new Promise((resolve) => probe.close(resolve));
  return false;
}

/** Rejects with EADDRINUSE when something listens there. */
export async function assertFree(port: number): Promise<void> {
  const probe = createServer();
  await listen(probe, port);
  await close(probe);
}

/** The names of this machine that a Host header may have. */
const OWN_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Whether a request was meant for this machine. A page of any site can make a browser send requests here
 * under a name of its own that it lets point to 127.0.0.1 (DNS rebinding); it can't choose the Host header.
 * @param more further names.
 */
export function isForThisMachine({ host }: IncomingHttpHeaders, more: readonly string[] = []): boolean {
  return [...OWN_HOSTS, ...more].includes((host ?? '').replace(/:\d+$/, '').toLowerCase());
}

/** Closes it, and every connection with it. */
export async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** Error for an unavailable port, with the variable that changes it. */
export function unavailablePort(port: number, variable: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    if (error.code === 'EADDRINUSE') {
      throw new StartError(`Port ${port} is taken; choose another one with ${variable}=<port>`);
    }
    if (error.code === 'EACCES') {
      throw new StartError(`Port ${port} needs more rights; choose one above 1023 with ${variable}=<port>`);
    }
    throw error;
  };
}
