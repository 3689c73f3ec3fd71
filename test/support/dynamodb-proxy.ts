/** A DynamoDB that a test can make fail: forwards requests to an engine until it is told otherwise. */
import { handOn, JSON_TYPE, startProxy } from './proxy.ts';

export interface DynamoDBProxy {
  endpoint: string;
  /**
   * From now on returns an error of DynamoDB's for these operations (all when undefined); undefined forwards
   * again.
   * @param error the error's name, such as `ThrottlingException`.
   */
  fail(error: string | undefined, operations?: string[]): void;
  /**
   * Holds the next of these operations, before or after the engine does it, until it is released: it then goes
   * on, or its connection is closed.
   */
  hold(operation: string, when: 'before' | 'after'): Hold;
  /** The operations that came in since the last call of `fail`. */
  received(): string[];
  close(): Promise<void>;
}

export interface Hold {
  /** Resolves when the operation is held. */
  reached: Promise<void>;
  release(outcome: 'goes on' | 'is lost'): void;
}

export async function startDynamoDBProxy(engine: string): Promise<DynamoDBProxy> {
  let failure: { error: string; operations: string[] | undefined } | undefined;
  let received: string[] = [];
  let held:
    | { operation: string; when: 'before' | 'after'; reach(): void; released: Promise<string> }
    | undefined;
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
    const answer = hold.when === 'after' ? await ask() : undefined;
    hold.reach();
    if ((await hold.released) === 'is lost') return response.destroy();
    const { status, text } = answer ?? (await ask());
    return response.writeHead(status, JSON_TYPE).end(text);
  });
  return {
    endpoint,
    fail(error, operations) {
      failure = error === undefined ? undefined : { error, operations };
      received = [];
    },
    hold(operation, when) {
      const reached = Promise.withResolvers<void>();
      const released = Promise.withResolvers<string>();
      held = { operation, when, reach: reached.resolve, released: released.promise };
      return { reached: reached.promise, release: released.resolve };
    },
    received: () => received,
    close,
  };
}
