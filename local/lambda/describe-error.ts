/** An error as a developer reads it: name, message and frames, and the same of what it came from. */
import { inspect } from 'node:util';

/** Frames of Node.js and of this host say nothing about the function. */
const FOREIGN_FRAME = /\bnode:|\/local\/lambda\//;

/** An error may be its own cause. */
const MOST_CAUSES = 5;

/** Lines after the first are indented: frames by four columns, as V8 has them. */
export function describeError(thrown: unknown, depth = 0): string {
  if (!(thrown instanceof Error)) return inspect(thrown);
  // A stack may begin with another name: that of the class it extends.
  const { name, message, stack = '', cause } = thrown;
  const frames = stack.split('\n').filter((line) => /^ {4}at /.test(line) && !FOREIGN_FRAME.test(line));
  const causes = [
    ...(thrown instanceof AggregateError ? thrown.errors : []),
    ...(cause === undefined ? [] : [cause]),
  ];
  return [
    `${name}: ${message.replaceAll('\n', '\n    ')}`,
    ...frames,
    ...(depth < MOST_CAUSES ? causes.map((one) => `  caused by ${describeError(one, depth + 1)}`) : []),
  ].join('\n');
}
