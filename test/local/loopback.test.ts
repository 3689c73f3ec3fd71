import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { close, listen } from '../../local/loopback.ts';

describe('a server on this machine', () => {
  it('takes no port that another server has on the other address of localhost', async () => {
    const other = createServer().listen(0, '::1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const server = createServer();
    await expect(listen(server, port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await close(other);
    expect(await listen(server, port)).toBe(port);
    await close(server);
  });
});
