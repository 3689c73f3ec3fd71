/** HTTP spoken by hand, for requests that no client would send. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import type { HttpResponse } from './openapi.ts';

/** Sends bytes and reads until the server closes the connection; empty where it is reset. */
export async function exchange(url: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname === 'localhost' ? '127.0.0.1' : hostname);
  const received: Buffer[] = [];
  socket.on('data', (data) => received.push(data));
  // A server that rejects a request may close before it has read all of it.
  socket.on('error', () => {});
  socket.write(bytes);
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(received).toString();
}

/** The response in what a server sent. @throws AssertionError for what is not HTTP, or is cut off. */
export function parseResponse(received: string): HttpResponse {
  const end = received.indexOf('\r\n\r\n');
  assert.ok(end > 0 && received.startsWith('HTTP/1.1 '), `not HTTP: ${received.slice(0, 80)}`);
  const [statusLine = '', ...lines] = received.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  const text = received.slice(end + 4);
  assert.equal(Buffer.byteLength(text), Number(headers['content-length'] ?? 0), 'the response was cut off');
  return {
    status: Number(statusLine.split(' ')[1]),
    headers,
    text,
    body: text === '' ? null : JSON.parse(text),
  };
}
