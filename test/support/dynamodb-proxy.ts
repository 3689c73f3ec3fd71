/**
 * A DynamoDB that a test can make fail: hands requests on to an engine until it is told to answer by itself.
 */
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { close, listen } from '../../infra/local/loopback.ts';

export interface DynamoDBProxy {
  endpoint: string;
  /**
   * From now on answers these operations (all when undefined) with an error of DynamoDB's; undefined hands on
   * again.
   * @param error the error's name, such as `ThrottlingException`.
   */
  fail(error: string | undefined, operations?: string[]): void;
  /**
   * Lets the next of these operations through late, or tells of its success late.
   * @param when whether the engine sees it late, or only its answer is.
   */
  hold(operation: string, milliseconds: number, when: 'before' | 'after'): void;
  /** The operations that came in since the last call of `fail`. */
  received(): string[];
  close(): Promise<void>;
}

export async function startDynamoDBProxy(engine: string): Promise<DynamoDBProxy> {
  let failure: { error: string; operations: string[] | undefined } | undefined;
  let received: string[] = [];
  let held: { operation: string; milliseconds: number; when: 'before' | 'after' } | undefined;
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
    const hold = held?.operation === operation ? held : undefined;
    if (hold) held = undefined;
    if (hold?.when === 'before') await delay(hold.milliseconds);
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
    const answer = await fetch(engine, { method: 'POST', headers: headers as Record<string, string>, body });
    if (hold?.when === 'after') await delay(hold.milliseconds);
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(await answer.text());
  });
  const port = await listen(server, 0);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    fail(error, operations) {
      failure = error === undefined ? undefined : { error, operations };
      received = [];
    },
    hold(operation, milliseconds, when) {
      held = { operation, milliseconds, when };
    },
    received: () => received,
    close: () => close(server),
  };
}
