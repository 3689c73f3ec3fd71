/** A request and its response, for the terminal and the console. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { LogLine } from '../lambda/log-line.ts';
import type { GatewayResponse } from './gateway-error.ts';
import { splitTarget } from './http-event.ts';

export interface RequestRecord {
  /** Epoch milliseconds of the response. */
  at: number;
  requestId: string;
  method: string;
  /** Without its query, and with the session's id shortened. */
  path: string;
  status: number;
  milliseconds: number;
  /** The error's code. */
  code: string | undefined;
  /** The message of a 400, which says what to send instead. */
  message: string | undefined;
  /** Why the gateway rejected it, or its failure, and a hint. */
  why: string | undefined;
  /** What functions logged during it. */
  log: LogLine[];
  exchange: Exchange;
}

/** The request and the response in full, with session ids and credentials: never for a log. */
export interface Exchange {
  /** The request target as it was sent: path and query. */
  target: string;
  headers: IncomingHttpHeaders;
  /** Undefined where the gateway did not read it. */
  body: Buffer | undefined;
  response: Buffer | string;
}

interface Responded extends Pick<RequestRecord, 'requestId' | 'at' | 'milliseconds' | 'log'> {
  request: IncomingMessage;
  received: Received;
}

/** What becomes of a request on its way. */
export interface Received extends Partial<Pick<Exchange, 'body'>> {
  /** Spent on new code, which is nothing of the request's. */
  waitedMs: number;
}

export function toRecord(
  { request, received: { body: sent }, ...fields }: Responded,
  [{ status, body }, why]: readonly [GatewayResponse, why: string | undefined],
): RequestRecord {
  const path = shortened(splitTarget(request).path);
  const { code, message, details } = status >= 400 ? errorIn(String(body)) : {};
  return {
    ...{ ...fields, method: request.method ?? '', path, status, code, why },
    exchange: {
      ...{ target: request.url ?? '', headers: request.headers },
      ...{ body: sent, response: body },
    },
    message: status === 400 && code ? [message, details].filter(Boolean).join('. ') : undefined,
  };
}

/** The API's own error; API Gateway's responses have none. */
function errorIn(body: string): { code?: string; message?: string; details?: string } {
  return body.startsWith('{"success":false') ? JSON.parse(body).error : {};
}

/** A session's id is a bearer secret, and takes up the line: eight characters of it are enough. */
export const shortened = (path: string): string => path.replace(/[^/]{17,}/g, (id) => `${id.slice(0, 8)}…`);
