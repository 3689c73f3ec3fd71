/** A DynamoDB that a test can make fail: hands requests on to an engine until it is told to answer by itself. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface DynamoDBProxy {
  endpoint: string;
  /**
   * From now on answers these operations (all when undefined) with an error of DynamoDB's; undefined hands on again.
   * @param error the error's name, such as `ThrottlingException`.
   */
  fail(error: string | undefined, operations?: string[]): void;
  /** The operations that came in since the last call of `fail`. */
  received(): string[];
  close(): Promise<void>;
}

export async function startDynamoDBProxy(engine: string): Promise<DynamoDBProxy> {
  let failure: { error: string; operations: string[] | undefined } | undefined;
  let received: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const target = String(request.headers['x-amz-target']);
    const operation = target.split('.').at(-1) ?? '';
    received.push(operation);
    if (failure && (failure.operations?.includes(operation) ?? true)) {
      const status = failure.error.startsWith('Internal') ? 500 : 400;
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(
        JSON.stringify({
          __type: `com.amazonaws.dynamodb.v20120810#${failure.error}`,
          message: 'told to fail',
        }),
      );
      return;
    }
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
    const answer = await fetch(engine, { method: 'POST', headers: headers as Record<string, string>, body });
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(await answer.text());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fail(error, operations) {
      failure = error === undefined ? undefined : { error, operations };
      received = [];
    },
    received: () => received,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
