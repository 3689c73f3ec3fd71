/**
 * Lambda's Runtime API (its developer guide, "Using the Lambda runtime API"), driven step by step: the bench
 * decides when a waiting runtime gets its next event.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export class RuntimeApi {
  readonly #server = createServer((request, response) => {
    if (request.method === 'GET') {
      this.#waiting = response;
      this.#polled.resolve();
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(202).end();
      const body = Buffer.concat(chunks).toString();
      if (request.url?.endsWith('/response')) this.#answered.resolve(body);
      else this.#failed.reject(new Error(`The function failed: ${request.url} ${body}`));
    });
  });
  #waiting: ServerResponse | undefined;
  #polled = Promise.withResolvers<void>();
  #answered = Promise.withResolvers<string>();
  readonly #failed = Promise.withResolvers<never>();

  async start(): Promise<string> {
    this.#failed.promise.catch(() => {});
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resolves when the runtime has finished its init, or its last invocation, and asks for an event. */
  async ready(): Promise<void> {
    await this.#within(this.#polled.promise, 'asked for no event');
  }

  /** Hands the waiting runtime an event and resolves with what the function returned. */
  async invoke(event: string): Promise<string> {
    await this.ready();
    this.#polled = Promise.withResolvers();
    this.#answered = Promise.withResolvers();
    this.#waiting?.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': '8476a536-e9f4-11e8-9739-2dfe598c3fcd',
      'lambda-runtime-deadline-ms': String(Date.now() + 10_000),
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:123456789012:function:bench',
      'lambda-runtime-trace-id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0',
    });
    this.#waiting?.end(event);
    return await this.#within(this.#answered.promise, 'did not respond');
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #within<T>(step: Promise<T>, complaint: string): Promise<T> {
    const late = delay(20_000, undefined, { ref: false }).then((): never => {
      throw new Error(`The runtime ${complaint} within 20 seconds`);
    });
    return Promise.race([step, this.#failed.promise, late]);
  }
}
