/** A server before a DynamoDB engine, that hands each request on or does with it what a test likes. */
import { createServer, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { close, listen } from '../../local/loopback.ts';

/** What the engine answers. */
export interface EngineAnswer {
  status: number;
  text: string;
}

export interface ProxiedRequest {
  /** Such as `GetItem`. */
  operation: string;
  /** The URL's path and the body. */
  text: string;
  response: ServerResponse;
  /** Asks the engine. */
  ask(): Promise<EngineAnswer>;
}

export const JSON_TYPE = { 'content-type': 'application/x-amz-json-1.0' };

/** Hands a request on, and the answer back. */
export async function handOn({ response, ask }: ProxiedRequest): Promise<void> {
  const { status, text } = await ask();
  response.writeHead(status, JSON_TYPE).end(text);
}

/** @returns the proxy's URL and the port, which it can leave and take again. */
export async function startProxy(
  engine: string,
  answer: (request: ProxiedRequest) => Promise<unknown>,
): Promise<{ endpoint: string; close(): Promise<void>; reopen(): Promise<unknown> }> {
  const server = createServer(async (request, response) => {
    response.on('error', () => {});
    const body = await buffer(request).catch(() => Buffer.alloc(0));
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
    await answer({
      operation: String(headers['x-amz-target']).split('.').at(-1) ?? '',
      text: `${request.url} ${body}`,
      response,
      async ask() {
        const init = { method: 'POST', headers: headers as Record<string, string>, body };
        const answered = await fetch(engine, init);
        return { status: answered.status, text: await answered.text() };
      },
    });
  });
  const port = await listen(server, 0);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: () => close(server),
    reopen: () => listen(server, port),
  };
}
