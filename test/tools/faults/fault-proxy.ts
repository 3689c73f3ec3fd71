/** A DynamoDB in front of an engine that fails for the runs that are told to, and for them alone. */
import { handOn, startProxy } from '../../support/proxy.ts';
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
  refuse(refuses: boolean): Promise<unknown>;
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
  const { endpoint, close, reopen } = await startProxy(engine, async (request) => {
    const run = runs.get(ID.exec(request.target + request.body)?.[0] ?? '');
    const isFaulty = run?.fault !== undefined && run.pattern(run.attempts);
    if (run) run.attempts += 1;
    if (isFaulty) await run.fault?.answer(request.response, request.ask);
    else await handOn(request);
  });
  return {
    endpoint,
    fail(id, fault, pattern = () => true) {
      runs.set(id, { fault, pattern, attempts: 0 });
    },
    attempts: (id) => runs.get(id)?.attempts ?? 0,
    refuse: (refuses) => (refuses ? close() : reopen()),
    close,
  };
}
