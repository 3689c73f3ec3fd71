/** HTTP spoken by hand, for requests that no client would send. */
import assert from 'node:assert/strict';
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
  const [first] = parseAnswers(Buffer.from(received));
  assert.ok(first, 'no answer');
  return first;
}

/**
 * All answers in what a server sent, in order. @throws AssertionError for what is not HTTP, or is cut off.
 */
export function parseAnswers(received: Buffer): HttpAnswer[] {
  const answers: HttpAnswer[] = [];
  for (let rest = received; rest.length > 0; ) {
    const end = rest.indexOf('\r\n\r\n');
    assert.ok(end > 0 && rest.subarray(0, 9).toString() === 'HTTP/1.1 ', `not HTTP: ${rest.subarray(0, 80)}`);
    const [statusLine = '', ...lines] = rest.subarray(0, end).toString('latin1').split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
    );
    const length = Number(headers['content-length'] ?? 0);
    const content = rest.subarray(end + 4, end + 4 + length);
    assert.equal(content.length, length, 'an answer was cut off');
    const status = Number(statusLine.split(' ')[1]);
    answers.push({
      status,
      headers,
      text: content.toString(),
      body: length > 0 ? JSON.parse(content.toString()) : null,
    });
    rest = rest.subarray(end + 4 + length);
  }
  return answers;
}
