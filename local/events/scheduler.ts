/** EventBridge Scheduler on this machine: schedules that fire once, by the host's clock. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { functionNameIn } from '../lambda/function-arn.ts';
import type { LocalFunction } from '../lambda/lambda.ts';
import { close, isForThisMachine, listen } from '../loopback.ts';

/** The interval at which due schedules fire, in milliseconds. */
const TICK_MS = 250;

/** Retries of a failed invocation, as Lambda's; without its waits of one and two minutes. */
const RETRIES = 2;

export interface Schedule {
  /** Epoch milliseconds. */
  at: number;
  functionName: string;
  input: object;
}

export interface LocalScheduler {
  endpoint: string;
  /** Adds a schedule unless the name is taken. */
  add(name: string, schedule: Schedule): void;
  /** Those that have not fired. */
  readonly pending: number;
  /** Fires every due schedule, those included that become due meanwhile. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export interface SchedulerOptions {
  functions: ReadonlyMap<string, Pick<LocalFunction, 'invoke'>>;
  /** Epoch milliseconds. */
  now(): number;
  /** Receives a line for each timer that failed after all retries. */
  report(line: string): void;
}

export async function startScheduler({ functions, now, report }: SchedulerOptions): Promise<LocalScheduler> {
  const schedules = new Map<string, Schedule>();
  let firing: Promise<void> = Promise.resolve();
  let isClosed = false;

  const add = (name: string, schedule: Schedule) => {
    if (!schedules.has(name)) schedules.set(name, schedule);
  };

  async function fire({ functionName, input }: Schedule): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await functions.get(functionName)?.invoke(input);
        return;
      } catch (error) {
        if (isClosed) return;
        if (attempt < RETRIES) continue;
        report(`${functionName}: gave up a timer: ${error instanceof Error ? error.message : error}`);
        return;
      }
    }
  }

  async function fireDue(): Promise<void> {
    for (;;) {
      const due = [...schedules].filter(([, { at }]) => at <= now());
      if (due.length === 0 || isClosed) return;
      for (const [name] of due) schedules.delete(name);
      await Promise.all(due.map(([, schedule]) => fire(schedule)));
    }
  }

  const settle = () => {
    firing = firing.then(fireDue);
    return firing;
  };

  const server = createServer(async (request, response) => {
    if (!isForThisMachine(request.headers) || request.headers.origin !== undefined)
      return void response.writeHead(403).end();
    await create(request, response).catch(() => sendError(response, 400, 'ValidationException'));
  });

  async function create(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, name] = request.url?.match(/^\/schedules\/([\w.-]{1,64})$/) ?? [];
    if (request.method !== 'POST' || !name) return sendError(response, 400, 'ValidationException');
    const { ScheduleExpression: expression, Target: target } = (await json(request)) as {
      ScheduleExpression: string;
      Target: { Arn: string; Input: string };
    };
    const [, instant] = expression.match(/^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/) ?? [];
    const at = Date.parse(`${instant}Z`);
    const functionName = functionNameIn(target.Arn);
    if (Number.isNaN(at) || at <= now() || functionName === undefined || !functions.has(functionName))
      return sendError(response, 400, 'ValidationException');
    if (schedules.has(name)) return sendError(response, 409, 'ConflictException');
    add(name, { at, functionName, input: JSON.parse(target.Input) });
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ ScheduleArn: `arn:aws:scheduler:local:000000000000:schedule/local/${name}` }));
  }

  const port = await listen(server, 0);
  const timer = setInterval(settle, TICK_MS);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    get pending() {
      return schedules.size;
    },
    settle,
    add,
    async close() {
      isClosed = true;
      clearInterval(timer);
      await firing;
      if (server.listening) await close(server);
    },
  };
}

function sendError(response: ServerResponse, status: number, type: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type })
    .end(JSON.stringify({ Message: type }));
}
