import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toCommand, toReadCommand } from '../../../local/console/curl.ts';

interface Received extends Pick<IncomingMessage, 'method' | 'url' | 'headers'> {
  body: string;
}

let received: Received | undefined;
const server = createServer(async (request, response) => {
  const { method, url, headers } = request;
  received = { method, url, headers, body: await text(request) };
  response.end();
});
let url = '';
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const access = {
  environment: {},
  authorizeWith: () => async () => ({}),
  caller: { headers: {}, shell: ["key='k'"], curl: ' -H "x-api-key: $key"', notes: [] },
  close: async () => {},
};

/** Runs it in a shell, and gives what the server received. */
async function run(command: string): Promise<Received | undefined> {
  received = undefined;
  await promisify(execFile)('sh', ['-c', command]);
  return received;
}

describe('a request copied as curl', () => {
  it.each([
    ['quotes', `{"it's": "$HOME \`ls\` \\\\ \\"x\\""}`],
    ['what curl takes for a file', '@/etc/passwd'],
    ['lines', '{\n"a": 1}\n'],
  ])('has the same body, with %s', async (_what, body) => {
    const exchange = {
      target: '/api/messaging/sessions?x=[1]&y={a,b}',
      headers: { 'content-type': 'application/json', 'idempotency-key': "it's", 'x-other': 'x' },
      ...{ body: undefined, response: '' },
    };
    const sent = await run(toCommand({ url, access }, { method: 'POST', exchange }, body));
    expect(sent).toMatchObject({ method: 'POST', url: exchange.target, body });
    expect(sent?.headers).toMatchObject({
      'x-api-key': 'k',
      'content-type': 'application/json',
      'idempotency-key': "it's",
    });
    expect(sent?.headers).not.toHaveProperty('x-other');
  });

  it('reads a session with any id', async () => {
    const sent = await run(toReadCommand({ url, access }, "a'b c/é", 'user'));
    expect(sent?.url).toBe("/api/messaging/sessions/a'b%20c%2F%C3%A9");
  });
});
