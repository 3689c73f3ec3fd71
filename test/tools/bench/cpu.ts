/** CPU time of a process, and a limit on it, by what Linux offers. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Milliseconds of CPU that the process has used, over all its threads. */
export function cpuMilliseconds(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = tasks.map((task) => {
    try {
      return Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
    } catch {
      // The thread ended between the two reads.
      return 0;
    }
  });
  return nanoseconds.reduce((sum, value) => sum + value, 0) / 1e6;
}

/** Lambda gives a whole vCPU at 1769 MB and its share of one below (its developer guide, "Memory"). */
const MEGABYTES_OF_A_CPU = 1769;

/** The length of a CFS period, in microseconds. A share of a CPU is that share of each period. */
const PERIOD_MICROSECONDS = 20_000;

/** A group of processes that gets the CPU of a function with so much memory. */
export interface CpuLimit {
  /** Limits the process, with all its threads, from now on. */
  add(pid: number): void;
  /** In how many periods its processes have had to wait for the next one. */
  waits(): number;
  close(): void;
}

let groups = 0;

/**
 * A limit by cgroups, version 1 or 2, or why this machine does not allow one.
 * @param speed of the processor, as a share of this machine's.
 */
export function cpuLimit(memoryMegabytes: number, speed = 1): CpuLimit | string {
  const quota = Math.round((PERIOD_MICROSECONDS * memoryMegabytes * speed) / MEGABYTES_OF_A_CPU);
  groups += 1;
  const name = `sessions-api-bench-${process.pid}-${groups}`;
  const version1 = existsSync('/sys/fs/cgroup/cpu/cpu.cfs_quota_us');
  const group = join(version1 ? '/sys/fs/cgroup/cpu' : '/sys/fs/cgroup', name);
  try {
    mkdirSync(group);
    if (version1) {
      writeFileSync(join(group, 'cpu.cfs_period_us'), String(PERIOD_MICROSECONDS));
      writeFileSync(join(group, 'cpu.cfs_quota_us'), String(quota));
    } else {
      writeFileSync(join(group, 'cpu.max'), `${quota} ${PERIOD_MICROSECONDS}`);
    }
  } catch (error) {
    return `this machine does not let it make a cgroup (${(error as NodeJS.ErrnoException).code})`;
  }
  return {
    add: (pid) => writeFileSync(join(group, 'cgroup.procs'), String(pid)),
    waits() {
      const [, count] = readFileSync(join(group, 'cpu.stat'), 'utf8').match(/nr_throttled (\d+)/) ?? [];
      return Number(count);
    },
    close: () => rmdirSync(group),
  };
}
