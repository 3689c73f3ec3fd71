/** A request and its response, for the terminal and the console. */
import type { IncomingMessage } from 'node:http';
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
  /** Why the gateway rejected it, or its failure, and a hint. */
  why: string | undefined;
}

export function toRecord(
  request: IncomingMessage,
  requestId: string,
  milliseconds: number,
  [{ status, body }, why]: readonly [GatewayResponse, why: string | undefined],
): RequestRecord {
  const path = shortened(splitTarget(request).path);
  // The API's own; API Gateway's responses have none.
  const [, code] = String(status >= 400 && body).match(/"code":"(\w+)"/) ?? [];
  return { at: Date.now(), requestId, method: request.method ?? '', path, status, milliseconds, code, why };
}

/** A session's id is a bearer secret, and takes up the line: eight characters of it are enough. */
const shortened = (path: string): string => path.replace(/[^/]{17,}/g, (id) => `${id.slice(0, 8)}…`);
