/** A server before another, such as a DynamoDB engine: it forwards a request or does with it what a test likes. */
import { createServer, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { close, listen } from '../../local/loopback.ts';

/** The other server's response. */
export interface UpstreamResponse {
  status: number;
  headers: Record<string, string>;
  text: string;
}

export interface ProxiedRequest {
  /** `<method> <path>`. */
  target: string;
  /** DynamoDB's, such as `GetItem`. */
  operation: string;
  body: string;
  response: ServerResponse;
  /** Asks the other server. */
  ask(): Promise<UpstreamResponse>;
}

export const JSON_TYPE = { 'content-type': 'application/x-amz-json-1.0' };

/** Forwards a request, and returns its response. */
export async function handOn({ response, ask }: ProxiedRequest): Promise<void> {
  const { status, text } = await ask();
  response.writeHead(status, JSON_TYPE).end(text);
}

/** @returns the proxy's URL and the port, which it can leave and take again. */
export async function startProxy(
  origin: string,
  answer: (request: ProxiedRequest) => Promise<unknown>,
): Promise<{ endpoint: string; close(): Promise<void>; reopen(): Promise<unknown> }> {
  const server = createServer(async (request, response) => {
    response.on('error', () => {});
    const { method = 'GET' } = request;
    const body = await buffer(request).catch(() => Buffer.alloc(0));
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
    await answer({
      target: `${method} ${request.url}`,
      operation: String(headers['x-amz-target']).split('.').at(-1) ?? '',
      body: String(body),
      response,
      async ask() {
        const init = { method, headers: headers as Record<string, string>, ...(body.length > 0 && { body }) };
        const answered = await fetch(origin + request.url, init);
        const text = await answered.text();
        return { status: answered.status, headers: Object.fromEntries(answered.headers), text };
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
