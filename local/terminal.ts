/** The terminal: a line for each request, and the functions' log. */
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { styleText } from 'node:util';
import type { RequestRecord } from './gateway/request-record.ts';

/** `quiet` shows neither; `failures` shows the log lines of failed requests; `everything` shows all. */
export type Detail = 'quiet' | 'failures' | 'everything';

/** Log lines that are kept until their request's response. */
const MOST_HELD = 1000;

/** How long a failure waits for its lines, which come from another thread, in milliseconds. */
const LINES_MS = 100;

/** @returns the stream for the functions' log, and the callback for each request. */
export function createTerminal(stream: NodeJS.WritableStream, detail: Detail) {
  let held: { requestId: string; line: string }[] = [];
  const print = (line: string) => stream.write(`${line}\n`);

  function show(request: RequestRecord): void {
    print(requestLine(request, stream));
    if (request.why) print(`  ${request.why}`);
    const isOfRequest = ({ requestId }: (typeof held)[number]) => requestId === request.requestId;
    for (const { line } of request.status >= 500 ? held.filter(isOfRequest) : []) {
      print(`  ${line}`);
      const [, stack] = line.match(/"stack":"((?:[^"\\]|\\.)+)"/) ?? [];
      if (stack) print(stack.replaceAll('\\n', '\n'));
    }
    held = held.filter((one) => !isOfRequest(one));
  }

  const log = new PassThrough();
  createInterface({ input: log }).on('line', (line) => {
    const requestId = requestIdIn(line);
    if (detail === 'everything') print(`  ${line}`);
    else if (requestId !== undefined) held = [...held.slice(1 - MOST_HELD), { requestId, line }];
    // A developer's own output, or a crash.
    else if (detail !== 'quiet') print(`  ${line}`);
  });
  return {
    log,
    onRequest(request: RequestRecord): void {
      if (detail === 'quiet') return;
      if (request.status < 500) show(request);
      else setTimeout(show, LINES_MS, request);
    },
  };
}

/** Status, method, path, milliseconds, the error's code, the request's id. */
function requestLine(request: RequestRecord, stream: NodeJS.WritableStream): string {
  const { status, method, path, milliseconds, code, requestId } = request;
  const colour = status >= 500 ? 'red' : status >= 400 ? 'yellow' : 'green';
  const styled = (style: Parameters<typeof styleText>[0], text: string) =>
    styleText(style, text, { stream, validateStream: true });
  return [
    styled(colour, String(status)),
    method.padEnd(7),
    path.padEnd(44),
    `${milliseconds.toFixed(0).padStart(5)} ms `,
    ...(code === undefined ? [] : [styled(colour, code)]),
    styled('dim', requestId),
  ].join(' ');
}

const requestIdIn = (line: string): string | undefined => line.match(/"requestId":"([^"]+)"/)?.[1];
