/** Counts what the functions do, in steps and not in seconds, which differ from machine to machine. */
import { Session } from 'node:inspector/promises';

/** The code that runs in a function: ours, and the packages that do work on what a client sends. */
const COUNTED = /\/functions\/|\/node_modules\/(?:valibot|@aws-sdk|@smithy)\//;

export type Steps = (run: () => Promise<unknown>) => Promise<number>;

/**
 * Gives how many times V8 enters a block of the functions' code (a function, a branch, a turn of a loop)
 * while `run` runs. To be called before the functions run for the first time: V8 counts no blocks in what it
 * has compiled already.
 */
export async function stepCounter(): Promise<Steps> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return async (run) => {
    await session.post('Profiler.takePreciseCoverage');
    await run();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    return result
      .filter(({ url }) => COUNTED.test(url))
      .flatMap(({ functions }) => functions)
      .flatMap(({ ranges }) => ranges)
      .reduce((sum, { count }) => sum + count, 0);
  };
}
