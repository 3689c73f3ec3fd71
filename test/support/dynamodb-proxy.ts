/**
 * A DynamoDB that a test can make fail: hands requests on to an engine until it is told to answer by itself.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { handOn, JSON_TYPE, startProxy } from './proxy.ts';

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
  const { endpoint, close } = await startProxy(engine, async (request) => {
    const { operation, response, ask } = request;
    received.push(operation);
    if (failure && (failure.operations?.includes(operation) ?? true)) {
      const body = {
        __type: `com.amazonaws.dynamodb.v20120810#${failure.error}`,
        message: 'told to fail',
      };
      const status = failure.error.startsWith('Internal') ? 500 : 400;
      return response.writeHead(status, JSON_TYPE).end(JSON.stringify(body));
    }
    const hold = held?.operation === operation ? held : undefined;
    if (!hold) return await handOn(request);
    held = undefined;
    if (hold.when === 'before') await delay(hold.milliseconds);
    const { status, text } = await ask();
    if (hold.when === 'after') await delay(hold.milliseconds);
    return response.writeHead(status, JSON_TYPE).end(text);
  });
  return {
    endpoint,
    fail(error, operations) {
      failure = error === undefined ? undefined : { error, operations };
      received = [];
    },
    hold(operation, milliseconds, when) {
      held = { operation, milliseconds, when };
    },
    received: () => received,
    close,
  };
}
