/** A line of a function's log: a JSON object. */

/**
 * Past the console: Lambda wraps what is written there in an envelope of its own, as a string within JSON.
 */
export function writeLine(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
