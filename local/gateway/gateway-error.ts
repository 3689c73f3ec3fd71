/** What the local gateway answers by itself, in API Gateway's own words: requests that reach no function. */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** API Gateway's quotas for an HTTP API: request line and headers in all, and the body, in bytes. */
export const MAX_HEADER_BYTES = 10_240;
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

export interface GatewayAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer | string;
}

/** A request that the gateway answers itself. Its message is for the developer, on the terminal. */
export class GatewayError extends Error {
  readonly answer: GatewayAnswer;

  constructor(status: number, why: string, headers: Record<string, string> = {}) {
    super(why);
    // Node's name for it is of an older RFC.
    const message = status === 413 ? 'Request Entity Too Large' : STATUS_CODES[status];
    this.answer = {
      status,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ message }),
    };
  }
}

/** What a connection is told whose request Node could not parse. */
export function malformed(error: NodeJS.ErrnoException): GatewayError {
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    return new GatewayError(431, `The request line and headers exceed ${MAX_HEADER_BYTES} bytes`);
  }
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return new GatewayError(408, 'The request took too long');
  return new GatewayError(400, 'This is not HTTP');
}

/** How long a client may go on sending what nobody reads after it was refused, in milliseconds. */
const LINGER_MS = 1000;

const refused = new WeakSet<Duplex>();

/**
 * Answers on a connection whose request could not be read, and closes it. What the client still sends is let
 * in and dropped: a connection that is closed with bytes unread is reset, and takes the answer with it.
 */
export function rejectSocket(socket: Duplex, { answer: { status, headers, body } }: GatewayError): void {
  if (refused.has(socket)) return;
  refused.add(socket);
  if (!socket.writable) return void socket.destroy();
  const lines = Object.entries({
    ...headers,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  });
  const head = lines.map(([name, value]) => `${name}: ${value}`).join('\r\n');
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n\r\n${body}`);
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('end', () => socket.destroy());
  socket.once('close', () => clearTimeout(timer));
}
