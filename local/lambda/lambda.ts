/** Runs one function of the stack on this machine: its bundle, in a thread with its own environment. */
import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { SharedClock } from '../clock.ts';
import type { FunctionDefinition } from '../stack/stack-definition.ts';
import { describeError } from './describe-error.ts';
import type { LogLine } from './log-line.ts';

/** A thread's workerData. */
export interface SandboxData {
  /** Of the function. */
  name: string;
  directory: string;
  handler: string;
  clock: SharedClock | undefined;
  isDebugged: boolean;
  /** The diagnostics channel on which the function publishes what it threw. */
  failures: string | undefined;
}

export interface InvokeMessage {
  requestId: string;
  event: object;
  timeoutMs: number;
}

/** A thread's reply to an InvokeMessage. */
export type InvokeReply = { requestId: string } & ({ result: unknown } | { failure: string });

/** A line that a thread has logged, and the invocation that it belongs to. */
export type LogMessage = Omit<LogLine, 'functionName'> & { requestId: string | undefined };

/** Receives lines of a function's log. */
export type OnLog = (line: LogLine) => void;

/** An invocation that Lambda itself would report as failed: a time-out, a crash, or a rejected handler. */
export class FunctionFailure extends Error {
  override readonly name = 'FunctionFailure';
}

interface Pending {
  resolve(result: unknown): void;
  reject(failure: FunctionFailure): void;
  onLog: OnLog;
}

interface Sandbox {
  worker: Worker;
  pending: Map<string, Pending>;
  /** Ends after its last reply. */
  isRetired: boolean;
}

/** The time that the function is given, if not the real one, and whether a debugger may pause it. */
type FunctionOptions = Partial<Pick<SandboxData, 'clock' | 'isDebugged' | 'failures'>>;

/** As many as the SDK's client opens connections; more would wait there, against its connection timeout. */
const MAX_CONCURRENT_INVOCATIONS = 50;

export class LocalFunction {
  readonly definition: FunctionDefinition;
  readonly #environment: Record<string, string>;
  readonly #onLog: OnLog;
  readonly #options: FunctionOptions;
  #sandbox: Sandbox | undefined;
  readonly #sandboxes = new Set<Sandbox>();
  #running = 0;
  readonly #queue: (() => void)[] = [];

  /**
   * @param environment what Lambda itself would set: region and credentials; the definition's own lies on
   * top.
   * @param onLog receives lines that belong to no request.
   */
  constructor(
    definition: FunctionDefinition,
    environment: Record<string, string>,
    onLog: OnLog,
    options: FunctionOptions = {},
  ) {
    this.definition = definition;
    this.#environment = environment;
    this.#onLog = onLog;
    this.#options = options;
  }

  /**
   * The handler's result. Where Lambda would start more sandboxes, here more invocations wait for their turn.
   * @param onLog receives the lines of this request, until its response.
   * @throws FunctionFailure
   */
  async invoke(event: object, onLog: OnLog = this.#onLog): Promise<unknown> {
    if (this.#running >= MAX_CONCURRENT_INVOCATIONS) {
      const { promise: turn, resolve } = Promise.withResolvers<void>();
      this.#queue.push(resolve);
      await turn;
    }
    this.#running += 1;
    try {
      return await this.#invokeNow(event, onLog);
    } finally {
      this.#running -= 1;
      this.#queue.shift()?.();
    }
  }

  #invokeNow(event: object, onLog: OnLog): Promise<unknown> {
    this.#sandbox ??= this.#startSandbox();
    const sandbox = this.#sandbox;
    const requestId = randomUUID();
    const timeoutMs = this.definition.timeoutSeconds * 1000;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const timer = this.#options.isDebugged
      ? undefined
      : setTimeout(
          () => this.#stop(sandbox, `timed out after ${this.definition.timeoutSeconds} seconds`),
          timeoutMs,
        );
    sandbox.pending.set(requestId, { resolve, reject, onLog });
    sandbox.worker.postMessage({ requestId, event, timeoutMs } satisfies InvokeMessage);
    return promise.finally(() => clearTimeout(timer));
  }

  /** The next invocation gets a new sandbox, with the bundle as it is then; those that run end on the old one. */
  reload(): void {
    const sandbox = this.#sandbox;
    if (!sandbox) return;
    this.#sandbox = undefined;
    sandbox.isRetired = true;
    this.#stopRetired(sandbox);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sandboxes].map((sandbox) => this.#stop(sandbox, 'was stopped')));
  }

  #startSandbox(): Sandbox {
    const { definition } = this;
    const workerData: SandboxData = {
      name: definition.name,
      directory: definition.directory,
      handler: definition.handler,
      clock: this.#options.clock,
      isDebugged: this.#options.isDebugged ?? false,
      failures: this.#options.failures,
    };
    const worker = new Worker(new URL('./sandbox.ts', import.meta.url), {
      name: definition.name,
      workerData,
      // The shares of its memory that Lambda's runtime gives V8 (its bootstrap: 90 % to old objects, 5 % to
      // each semi-space).
      resourceLimits: {
        maxOldGenerationSizeMb: 0.9 * definition.memoryMegabytes,
        maxYoungGenerationSizeMb: 0.15 * definition.memoryMegabytes,
      },
      env: {
        ...this.#environment,
        AWS_LAMBDA_FUNCTION_NAME: definition.name,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMegabytes),
        ...definition.environment,
      },
      stdout: true,
      stderr: true,
    });
    const sandbox: Sandbox = { worker, pending: new Map(), isRetired: false };
    this.#sandboxes.add(sandbox);
    worker.on('message', (reply: InvokeReply | LogMessage | object) => {
      // `node --watch` sends messages of its own over the same channel.
      if (!('requestId' in reply)) return;
      if ('kind' in reply) {
        const { requestId = '', ...line } = reply;
        const onLog = sandbox.pending.get(requestId)?.onLog ?? this.#onLog;
        return onLog({ functionName: definition.name, ...line });
      }
      const invocation = sandbox.pending.get(reply.requestId);
      sandbox.pending.delete(reply.requestId);
      if ('failure' in reply) invocation?.reject(new FunctionFailure(reply.failure));
      else invocation?.resolve(reply.result);
      this.#stopRetired(sandbox);
    });
    worker.on('error', (error) => this.#stop(sandbox, `crashed: ${describeError(error)}`));
    worker.on('exit', (code) => this.#stop(sandbox, `exited with code ${code}`));
    return sandbox;
  }

  #stopRetired(sandbox: Sandbox): void {
    if (sandbox.isRetired && sandbox.pending.size === 0) void this.#stop(sandbox, 'was replaced');
  }

  /** Ends a thread as Lambda ends a sandbox: its requests fail, and the next one gets a new thread. */
  async #stop(sandbox: Sandbox, why: string): Promise<void> {
    if (this.#sandbox === sandbox) this.#sandbox = undefined;
    this.#sandboxes.delete(sandbox);
    const failure = new FunctionFailure(`${this.definition.name} ${why}`);
    for (const { reject } of sandbox.pending.values()) reject(failure);
    sandbox.pending.clear();
    await sandbox.worker.terminate();
  }
}
