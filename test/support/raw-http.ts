/** HTTP spoken by hand, for requests that no client would send. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { HttpAnswer } from './openapi.ts';

/** Sends these bytes and reads what comes until the server closes the connection. */
export async function exchange(url: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname === 'localhost' ? '127.0.0.1' : hostname);
  const received: Buffer[] = [];
  socket.on('data', (data) => received.push(data));
  // A server that refuses a request may close before it has read all of it.
  socket.on('error', () => {});
  socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(received).toString();
}

/** The first answer in what a server sent. */
export function parseAnswer(received: string): HttpAnswer {
  const end = received.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = received.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const text = received.slice(end + 4, end + 4 + Number(headers['content-length']));
  return { status: Number(statusLine.split(' ')[1]), headers, text, body: JSON.parse(text) };
}
