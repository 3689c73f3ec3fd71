/** The last requests to the API: one line each as server-sent events, and each in full on demand. */
import type { ServerResponse } from 'node:http';
import type { RequestRecord } from '../gateway/request-record.ts';
import type { LocalHost } from '../host.ts';
import { toCommand } from './curl.ts';

const MOST_REQUESTS = 100;

/** Buffered for a page that does not read, in bytes. */
const MOST_UNREAD_BYTES = 2 ** 20;

/** Bytes kept of a body. */
const MOST_BODY_BYTES = 64 * 1024;

/** The parts of a request that its line omits. */
export interface RequestDetails {
  /** Path and query with the session's whole id. */
  target: string;
  contentType: string | undefined;
  body: BodyText;
  response: BodyText;
  /** Shell commands; undefined if the body is binary or was truncated. */
  curl: string | undefined;
}

export interface BodyText {
  text: string;
  /** Bytes beyond those of `text`. */
  omitted: number;
  /** False if truncated or binary. */
  isWhole: boolean;
}

export type RequestLine = Omit<RequestRecord, 'log' | 'exchange'>;

interface Kept extends Pick<RequestDetails, 'body' | 'response'> {
  record: RequestRecord;
}

export class Requests {
  readonly #kept: Kept[] = [];
  readonly #watchers = new Set<ServerResponse>();

  add({ exchange, ...line }: RequestRecord): void {
    const [body, response] = [toText(exchange.body ?? ''), toText(exchange.response)];
    // Drop the bodies themselves: each may have 10 MB.
    const record = { ...line, log: [], exchange: { ...exchange, body: undefined, response: '' } };
    this.#kept.push({ record, body, response });
    if (this.#kept.length > MOST_REQUESTS) this.#kept.shift();
    for (const watcher of this.#watchers) {
      // A page that does not read comes back for the requests that are kept.
      if (watcher.writableLength > MOST_UNREAD_BYTES) watcher.destroy();
      else watcher.write(toEvent(record));
    }
  }

  /** Sends the requests that are kept, and each further one, as server-sent events. */
  stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    for (const { record } of this.#kept) response.write(toEvent(record));
    this.#watchers.add(response);
    response.on('close', () => this.#watchers.delete(response));
  }

  /** Undefined for a request that is no longer kept. */
  read(host: LocalHost, requestId: string): RequestDetails | undefined {
    const kept = this.#kept.find(({ record }) => record.requestId === requestId);
    if (!kept) return undefined;
    const { record, body, response } = kept;
    const { target, headers } = record.exchange;
    const curl = body.isWhole ? toCommand(host, record, body.text) : undefined;
    return { target, contentType: headers['content-type'], body, response, curl };
  }
}

function toEvent({ log: _log, exchange: _exchange, ...line }: RequestRecord): string {
  return `data: ${JSON.stringify(line satisfies RequestLine)}\n\n`;
}

function toText(body: Buffer | string): BodyText {
  const bytes = Buffer.from(body);
  const text = bytes.subarray(0, MOST_BODY_BYTES).toString();
  // A shell command cannot contain NUL.
  const isWhole = !text.includes('\0') && Buffer.from(text).equals(bytes);
  return { text, omitted: Math.max(0, bytes.length - MOST_BODY_BYTES), isWhole };
}
