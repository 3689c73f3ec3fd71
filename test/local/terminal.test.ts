import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it, vi } from 'vitest';
import type { RequestRecord } from '../../local/gateway/request-record.ts';
import { createTerminal, type Detail } from '../../local/terminal.ts';

const record = (fields: Partial<RequestRecord> = {}): RequestRecord => ({
  ...{ at: 0, requestId: 'request-1', method: 'GET', path: '/api/messaging/sessions/fresh' },
  ...{ status: 200, milliseconds: 3.4, code: undefined, why: undefined, ...fields },
});
const logged = (requestId: string, message: string) => `${JSON.stringify({ requestId, message })}\n`;

/** What is printed while `run` uses the terminal. */
async function printed(
  detail: Detail,
  run: (terminal: ReturnType<typeof createTerminal>) => void,
): Promise<string[]> {
  const stream = new PassThrough();
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  run(createTerminal(stream, detail));
  for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
  // A failure may wait for its line.
  vi.runAllTimers();
  vi.useRealTimers();
  stream.end();
  return (await text(stream)).split('\n').slice(0, -1);
}

it('a request is one line: status, method, path, milliseconds, code, request id', async () => {
  const lines = await printed('failures', ({ onRequest }) =>
    onRequest(record({ status: 404, code: 'SESSION_NOT_FOUND' })),
  );
  expect(lines).toEqual([
    expect.stringMatching(
      /^404 GET {5}\/api\/messaging\/sessions\/fresh +3 ms {2}SESSION_NOT_FOUND request-1$/,
    ),
  ]);
});

it('why a request was rejected is below its line', async () => {
  const lines = await printed('failures', ({ onRequest }) =>
    onRequest(record({ status: 404, why: 'No such route' })),
  );
  expect(lines[1]).toBe('  No such route');
});

it('the log of a request that failed is below its line, whichever comes first, and no other log', async () => {
  for (const isLogFirst of [true, false]) {
    const lines = await printed('failures', ({ log, onRequest }) => {
      log.write(logged('request-0', 'other'));
      if (isLogFirst) log.write(logged('request-1', 'cause'));
      onRequest(record({ status: 500 }));
      if (!isLogFirst) log.write(logged('request-1', 'cause'));
    });
    expect(lines).toEqual([expect.stringMatching(/^500 /), `  ${logged('request-1', 'cause').trim()}`]);
  }
});

it('the stack of a failure is below its log, a frame a line', async () => {
  const stack = '    at a (file:///a.ts:1:2)\n    at b (file:///b.ts:3:4)';
  const lines = await printed('failures', ({ log, onRequest }) => {
    log.write(`${JSON.stringify({ requestId: 'request-1', stack })}\n`);
    onRequest(record({ status: 500 }));
  });
  expect(lines.slice(2)).toEqual(stack.split('\n'));
});

it('a failure that logs nothing is shown too', async () => {
  expect(await printed('failures', ({ onRequest }) => onRequest(record({ status: 500 })))).toHaveLength(1);
});

it('--verbose shows all that was logged, as it comes', async () => {
  const lines = await printed('everything', ({ log, onRequest }) => {
    onRequest(record());
    log.write(logged('request-1', 'late'));
  });
  expect(lines).toEqual([expect.stringMatching(/^200 /), `  ${logged('request-1', 'late').trim()}`]);
});

it.each(['Error: crashed', '{ found: 1 }', '{"hello":1}'])(
  'what is no line of the API, such as what a developer prints, is always shown: %s',
  async (line) => {
    for (const detail of ['failures', 'everything'] as const)
      expect(await printed(detail, ({ log }) => log.write(`${line}\n`))).toEqual([`  ${line}`]);
  },
);

it('--quiet shows neither a request nor what was logged', async () => {
  const lines = await printed('quiet', ({ log, onRequest }) => {
    log.write('plain\n');
    log.write(logged('request-1', 'cause'));
    onRequest(record({ status: 500 }));
  });
  expect(lines).toEqual([]);
});
