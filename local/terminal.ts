/** The terminal: a line for each request, and below it what functions logged during it. */
import { styleText } from 'node:util';
import type { BusEvent } from './events/event-bus.ts';
import { type RequestRecord, shortened } from './gateway/request-record.ts';
import type { LogLine } from './lambda/log-line.ts';

/** `quiet` shows neither; `failures` leaves out the API's own log lines; `everything` shows all. */
export type Detail = 'quiet' | 'failures' | 'everything';

/** Printed of a request's id where a line is short of room: the log has it whole. */
const SHORT_ID = 8;

/** A terminal of fewer columns has room for a path or an id. */
const NARROW = 60;

/** The width of the path's column, where there is room. */
const PATH_COLUMNS = 44;

interface Stream extends NodeJS.WritableStream {
  /** Of a terminal. */
  columns?: number;
}

/** @param toSources puts the sources into a stack of the bundles. */
export function createTerminal(
  stream: Stream,
  detail: Detail,
  toSources: (stack: string) => Promise<string> = async (stack) => stack,
) {
  let printing = Promise.resolve();
  const print = (line: string) => stream.write(`${line}\n`);

  async function printLog({ functionName, text, kind }: LogLine): Promise<void> {
    const [first = '', ...others] = (kind === 'failure' ? await toSources(text) : text).split('\n');
    print(`  ${functionName}  ${first}`);
    for (const line of others) print(line);
  }

  async function printRequest(request: RequestRecord): Promise<void> {
    for (const line of requestLines(request, stream)) print(line);
    for (const line of request.log) if (isShown(line, detail)) await printLog(line);
    if (request.why) print(`  ${await toSources(request.why)}`);
  }

  /** One after the other: a stack takes a moment. */
  const inTurn = (print: () => Promise<void>) => {
    if (detail !== 'quiet') printing = printing.then(print);
  };
  return {
    onLog: (line: LogLine) => isShown(line, detail) && inTurn(() => printLog(line)),
    onRequest: (request: RequestRecord) => inTurn(() => printRequest(request)),
    onEvent: (event: BusEvent) => inTurn(async () => void print(eventLine(event))),
    onNote: (line: string) => inTurn(async () => void print(`  ${line}`)),
  };
}

/** The session's id is shortened: it is a secret. */
function eventLine({ 'detail-type': type, detail }: BusEvent): string {
  const { sessionId, reason } = detail;
  const why = typeof reason === 'string' ? `  ${reason}` : '';
  return `  event  ${type}  ${shortened(String(sessionId))}${why}`;
}

/** A line of the functions' log (functions/observability/log.ts). */
const OWN_LINE = /^\{"timestamp":"[^"]+","level":"ERROR","requestId":"[^"]*","functionRequestId":/;

/** By default the API's own lines are left out: the line of the request and its failure say what they do. */
function isShown({ kind, text }: LogLine, detail: Detail): boolean {
  return detail === 'everything' || (kind !== 'init' && !OWN_LINE.test(text));
}

/** Status, method, path, milliseconds, the error's code, the request's id; the message where there is room. */
function requestLines(request: RequestRecord, stream: Stream): string[] {
  const { status, method, path, milliseconds, code = '', message = '', requestId } = request;
  const { columns = Number.POSITIVE_INFINITY } = stream;
  const colour = status >= 500 ? 'red' : status >= 400 ? 'yellow' : 'green';
  const styled = (style: Parameters<typeof styleText>[0], text: string) =>
    text && styleText(style, text, { stream, validateStream: true });
  const id =
    columns === Number.POSITIVE_INFINITY ? requestId : requestId.slice(0, columns < NARROW ? 0 : SHORT_ID);
  const before = `${status} ${method.padEnd(7)}`;
  const took = `${milliseconds.toFixed(0).padStart(5)} ms`;
  const room = columns - [before, took, code, id].filter(Boolean).join(' ').length - 1;
  const shownPath = shorten(path, room).padEnd(Math.min(PATH_COLUMNS, room));
  const fits = message.length + 2 <= room - shownPath.length;
  const words = [
    styled(colour, String(status)),
    method.padEnd(7),
    shownPath,
    took,
    styled(colour, code),
    fits && message,
    styled('dim', id),
  ];
  const line = words.filter(Boolean).join(' ');
  return fits || !message ? [line] : [line, `  ${message}`];
}

/** The end of a path says more than its start. */
const shorten = (path: string, columns: number): string =>
  path.length <= columns ? path : `…${path.slice(path.length - Math.max(0, columns - 1))}`;
