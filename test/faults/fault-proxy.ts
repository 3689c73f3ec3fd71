/** A DynamoDB in front of an engine that fails for the runs that are told to, and for them alone. */
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { close, listen } from '../../infra/local/loopback.ts';
import type { Fault } from './faults.ts';

/** Whether the attempt of this number, from 0, meets the fault. */
export type Pattern = (attempt: number) => boolean;

export interface FaultProxy {
  endpoint: string;
  /** From now on requests that have this id in their body or URL meet the fault; undefined heals them. */
  fail(id: string, fault?: Fault, pattern?: Pattern): void;
  /** Requests with this id since it was last told of. */
  attempts(id: string): number;
  /** Refuses connections until it is told not to. */
  refuse(refuses: boolean): Promise<void>;
  close(): Promise<void>;
}

interface Run {
  fault: Fault | undefined;
  pattern: Pattern;
  attempts: number;
}

/** What ids of runs look like. */
const ID = /00000000-0000-4000-8000-\d{12}/;

export async function startFaultProxy(engine: string): Promise<FaultProxy> {
  const runs = new Map<string, Run>();
  const server = createServer(async (request, response) => {
    response.on('error', () => {});
    const body = await buffer(request).catch(() => Buffer.alloc(0));
    const run = runs.get(ID.exec(`${request.url} ${body}`)?.[0] ?? '');
    const isFaulty = run?.fault !== undefined && run.pattern(run.attempts);
    if (run) run.attempts += 1;
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
    const ask = async () => {
      const answer = await fetch(engine, {
        method: 'POST',
        headers: headers as Record<string, string>,
        body,
      });
      return { status: answer.status, text: await answer.text() };
    };
    if (isFaulty) return await run.fault?.answer(response, ask);
    const { status, text } = await ask();
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(text);
  });
  const port = await listen(server, 0);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    fail(id, fault, pattern = () => true) {
      runs.set(id, { fault, pattern, attempts: 0 });
    },
    attempts: (id) => runs.get(id)?.attempts ?? 0,
    async refuse(refuses) {
      if (refuses) await close(server);
      else await listen(server, port);
    },
    close: () => close(server),
  };
}
