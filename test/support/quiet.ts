/**
 * Keeps the report of a green run free of what the code under test logs: lines of the functions' log, and
 * what the embedded DynamoDB says of requests that tests have spoilt. Tests that look at a log replace these
 * functions.
 */
const LOGGED = /^(\{"|Embedded DynamoDB: )/;

for (const stream of [process.stdout, process.stderr]) {
  const write = stream.write.bind(stream);
  stream.write = ((text: string | Uint8Array, ...rest: []) =>
    LOGGED.test(String(text)) || write(text, ...rest)) as typeof stream.write;
}
