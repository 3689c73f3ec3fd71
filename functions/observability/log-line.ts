/** A line of a function's log: a JSON object. */

/**
 * Past the console: Lambda wraps what is written there in an envelope of its own, as a string within JSON.
 */
export function writeLine(line: object): void {
  if (!isSilent) process.stdout.write(`${JSON.stringify(line)}\n`);
}

let isSilent = false;

/** Runs what is no request, and neither counts nor fails for anybody. */
export async function silently(run: () => Promise<unknown>): Promise<void> {
  isSilent = true;
  try {
    await run();
  } finally {
    isSilent = false;
  }
}
