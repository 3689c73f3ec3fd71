/** One cold start: a function in AWS's own runtime interface client, in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type CpuLimit, cpuMilliseconds } from './cpu.ts';
import { RuntimeApi } from './runtime-api.ts';

/** The client's entry, which is what Lambda's Node.js runtime starts. */
const RUNTIME_CLIENT = createRequire(import.meta.url).resolve('aws-lambda-ric');

/** A folder with a function's code. */
export interface Variant {
  name: string;
  directory: string;
  /** `<file>.<export>`. */
  handler: string;
  /** What the stack sets; the bench's own values go before it. */
  environment: Record<string, string>;
  /** JSON of the event of every request. */
  event: string;
}

/** Milliseconds. `total` is wall time from the start of the process to the response. */
export interface ColdStart {
  init: number;
  first: number;
  total: number;
  initCpu: number;
  firstCpu: number;
}

export class Sandbox {
  readonly #api = new RuntimeApi();
  readonly #child: ChildProcess;
  readonly #pid: number;
  readonly #event: string;

  private constructor(child: ChildProcess, api: RuntimeApi, event: string) {
    this.#child = child;
    this.#api = api;
    this.#event = event;
    this.#pid = child.pid ?? 0;
  }

  /**
   * Starts a function and sends it its first event.
   * @param limit what the process gets once its init is over, as in Lambda; undefined leaves it a whole CPU.
   */
  static async coldStart(
    variant: Variant,
    environment: Record<string, string>,
    limit: CpuLimit | undefined,
  ): Promise<{ sandbox: Sandbox; coldStart: ColdStart }> {
    const api = new RuntimeApi();
    const address = await api.start();
    const started = performance.now();
    const child = spawn('taskset', ['-c', '1', process.execPath, RUNTIME_CLIENT], {
      env: {
        ...variant.environment,
        ...environment,
        AWS_LAMBDA_RUNTIME_API: address,
        LAMBDA_TASK_ROOT: variant.directory,
        _HANDLER: variant.handler,
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const sandbox = new Sandbox(child, api, variant.event);
    await api.ready();
    const init = performance.now() - started;
    const initCpu = cpuMilliseconds(sandbox.#pid);
    limit?.add(sandbox.#pid);
    const invoked = performance.now();
    await sandbox.#invoke();
    const first = performance.now() - invoked;
    await api.ready();
    const firstCpu = cpuMilliseconds(sandbox.#pid) - initCpu;
    return { sandbox, coldStart: { init, first, total: init + first, initCpu, firstCpu } };
  }

  /** CPU milliseconds of one request, as the mean over `requests` of them, one after the other. */
  async warmCpu(requests: number): Promise<number> {
    await this.#api.ready();
    const before = cpuMilliseconds(this.#pid);
    for (let request = 0; request < requests; request += 1) await this.#invoke();
    await this.#api.ready();
    return (cpuMilliseconds(this.#pid) - before) / requests;
  }

  /** Milliseconds of one request. */
  async latency(): Promise<number> {
    await this.#api.ready();
    const started = performance.now();
    await this.#invoke();
    return performance.now() - started;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
    this.#api.close();
  }

  async #invoke(): Promise<void> {
    const response = await this.#api.invoke(this.#event);
    const { statusCode, isAuthorized } = JSON.parse(response) as {
      statusCode?: number;
      isAuthorized?: boolean;
    };
    if (!(Number(statusCode) < 300 || isAuthorized)) throw new Error(`The function returned ${response}`);
  }
}
