/** A line of a function's log: a JSON object. */

/** Writes to stdout directly: Lambda would wrap console output in JSON again, as an escaped string. */
export const writeLine = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
