/** Requests 2 to 12 of a sandbox: the code is still compiled, with the share of a CPU that the memory gives. */
import { setTimeout as wait } from 'node:timers/promises';
import { type CpuLimit, cpuLimit } from './cpu.ts';
import { Sandbox, type Variant } from './sandbox.ts';

/** In MB. */
export const MEMORIES = [256, 384, 512, 1024] as const;

/** Of this machine's processor: AWS's is slower. */
export const SPEEDS = [1, 0.5] as const;

/** After the first request, one after the other with a pause, so that each begins with all of its share. */
const REQUESTS = 11;
const PAUSE_MS = 60;

/** At one memory and speed. */
export interface Young {
  memory: number;
  speed: number;
  /** Milliseconds of each request. */
  latencies: number[];
  /** Of each sandbox: how often its requests had to wait for the next period. */
  waits: number[];
}

export type YoungLimits = ReadonlyMap<string, CpuLimit>;

const key = (memory: number, speed: number): string => `${memory} ${speed}`;

/** The limits, or why this machine does not allow them. */
export function youngLimits(): YoungLimits | string {
  const limits = new Map<string, CpuLimit>();
  for (const memory of MEMORIES) {
    for (const speed of SPEEDS) {
      const limit = cpuLimit(memory, speed);
      if (typeof limit === 'string') return limit;
      limits.set(key(memory, speed), limit);
    }
  }
  return limits;
}

/** Adds a sandbox of each memory and speed to what was measured. */
export async function measureYoung(
  variant: Variant,
  environment: Record<string, string>,
  limits: YoungLimits,
  young: Young[],
): Promise<void> {
  for (const memory of MEMORIES) {
    for (const speed of SPEEDS) {
      const limit = limits.get(key(memory, speed));
      if (!limit) throw new Error(`no limit for ${memory} MB`);
      const { sandbox } = await Sandbox.coldStart(variant, environment, limit);
      let at = young.find((one) => one.memory === memory && one.speed === speed);
      if (!at) {
        at = { memory, speed, latencies: [], waits: [] };
        young.push(at);
      }
      await wait(PAUSE_MS);
      const before = limit.waits();
      for (let request = 0; request < REQUESTS; request += 1) {
        at.latencies.push(await sandbox.latency());
        await wait(PAUSE_MS);
      }
      at.waits.push(limit.waits() - before);
      await sandbox.stop();
    }
  }
}
