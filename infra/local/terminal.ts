/** What a developer sees on the terminal: a line for each request, and what the functions log. */
import { Writable } from 'node:stream';
import { styleText } from 'node:util';
import type { RequestRecord } from './gateway/request-record.ts';

/** `quiet` shows neither; `failures` shows the log of a request that failed; `everything` all of it. */
export type Detail = 'quiet' | 'failures' | 'everything';

/** Lines of the functions' log that are kept until their request is answered. */
const MOST_HELD = 1000;

/** How long a failure waits for its line, which comes from another thread, in milliseconds. */
const LINE_DEADLINE_MS = 200;

export interface Terminal {
  /** Where the functions' log goes. */
  log: Writable;
  onRequest(request: RequestRecord): void;
}

export function createTerminal(stream: NodeJS.WritableStream, detail: Detail): Terminal {
  const held: { requestId: string | undefined; line: string }[] = [];
  const failures = new Map<string, () => void>();
  const print = (line: string) => stream.write(`${line}\n`);

  function onLine(line: string): void {
    const requestId = requestIdIn(line);
    // What belongs to no request is how a function crashes.
    if (requestId === undefined && !line.startsWith('{')) return void print(line);
    held.push({ requestId, line });
    if (held.length > MOST_HELD) held.shift();
    failures.get(requestId ?? '')?.();
  }

  function printHeld(isWanted: (requestId: string | undefined) => boolean): void {
    for (const { line } of held.filter(({ requestId }) => isWanted(requestId))) print(`  ${line}`);
    held.splice(0, held.length, ...held.filter(({ requestId }) => !isWanted(requestId)));
  }

  return {
    log: lineWriter(onLine),
    onRequest(request) {
      const { requestId } = request;
      if (detail === 'quiet') return;
      const isFailure = request.status >= 500;
      const show = () => {
        clearTimeout(timer);
        failures.delete(requestId);
        print(requestLine(request, stream));
        if (request.why) print(`  ${request.why}`);
        if (detail === 'everything') printHeld(() => true);
        else if (isFailure) printHeld((id) => id === requestId);
      };
      const isWaiting = isFailure && !request.why && !held.some((one) => one.requestId === requestId);
      const timer = setTimeout(show, isWaiting ? LINE_DEADLINE_MS : 0);
      if (isWaiting) failures.set(requestId, show);
      else show();
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

function requestIdIn(line: string): string | undefined {
  try {
    const { requestId } = JSON.parse(line);
    return typeof requestId === 'string' ? requestId : undefined;
  } catch {
    return undefined;
  }
}

function lineWriter(onLine: (line: string) => void): Writable {
  let rest = '';
  return new Writable({
    write(chunk, _, done) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
      done();
    },
  });
}
