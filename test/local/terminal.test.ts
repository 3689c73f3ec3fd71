import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { RequestRecord } from '../../local/gateway/request-record.ts';
import type { LogLine } from '../../local/lambda/log-line.ts';
import { createTerminal, type Detail } from '../../local/terminal.ts';

const PATH = '/api/messaging/sessions';
const ID = '0a1b2c3d-0000-4000-8000-000000000000';

const record = (fields: Partial<RequestRecord> = {}): RequestRecord => ({
  ...{ at: 0, requestId: ID, method: 'GET', path: `${PATH}/fresh` },
  ...{
    status: 200,
    milliseconds: 3.4,
    code: undefined,
    message: undefined,
    why: undefined,
    log: [],
    exchange: { target: '', headers: {}, body: undefined, response: '' },
    ...fields,
  },
});
const logged = (text: string, kind: LogLine['kind'] = 'line'): LogLine => ({
  functionName: 'GetSession',
  text,
  kind,
});
/** A line of the API's own log. */
const OWN = logged(
  JSON.stringify({ timestamp: 't', level: 'ERROR', requestId: ID, functionRequestId: ID, route: 'GET /' }),
);
const FAILURE = logged('TypeError: no such thing\n    at file:///get-session.mjs:1:2', 'failure');

/** What is printed while `run` uses the terminal. */
async function printed(
  detail: Detail,
  run: (terminal: ReturnType<typeof createTerminal>) => void,
  columns?: number,
): Promise<string[]> {
  const stream = Object.assign(new PassThrough(), columns === undefined ? {} : { columns });
  const toSources = async (stack: string) => {
    await turn();
    return stack.replace('file:///get-session.mjs:1:2', 'functions/get-session.ts:10:3');
  };
  run(createTerminal(stream, detail, toSources));
  for (let turns = 0; turns < 10; turns += 1) await turn();
  stream.end();
  return (await text(stream)).split('\n').slice(0, -1);
}

it('a request is one line: status, method, path, milliseconds, code, request id', async () => {
  const lines = await printed('failures', ({ onRequest }) =>
    onRequest(record({ status: 404, code: 'SESSION_NOT_FOUND' })),
  );
  expect(lines).toEqual([
    expect.stringMatching(new RegExp(`^404 GET {5}${PATH}/fresh +3 ms SESSION_NOT_FOUND ${ID}$`)),
  ]);
});

it.each([
  { status: 200, path: `${PATH}/0a1b2c3d…/heartbeat`, method: 'POST' },
  { status: 410, path: `${PATH}/0a1b2c3d…/heartbeat`, method: 'POST', code: 'SESSION_EXPIRED' },
  { status: 400, path: PATH, method: 'POST', code: 'INVALID_TIMEOUT_CONFIG', message: 'x'.repeat(60) },
  { status: 404, path: `/${'long/'.repeat(40)}`, method: 'OPTIONS', milliseconds: 29_000 },
  { status: 405, path: `${PATH}/0a1b2c3d…/messages`, method: 'POST', code: 'MESSAGES_NOT_SUPPORTED_HERE' },
])('no line of a request is wider than a terminal of 80 columns: %j', async (fields) => {
  const lines = await printed('failures', ({ onRequest }) => onRequest(record(fields)), 80);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  expect(lines[0]).toContain('0a1b2c3d');
  expect(lines[0]).toContain(fields.path.slice(-8));
});

it("the message of a 400 is on its request's line, or below where the terminal is too narrow", async () => {
  const wrong = record({
    status: 400,
    code: 'INVALID_TIMEOUT_CONFIG',
    message: 'timeoutMinutes: expected 5',
  });
  const print = (columns?: number) => printed('failures', ({ onRequest }) => onRequest(wrong), columns);
  expect(await print()).toEqual([
    expect.stringContaining('INVALID_TIMEOUT_CONFIG timeoutMinutes: expected 5'),
  ]);
  expect(await print(80)).toEqual([
    expect.stringMatching(/^400 GET .* INVALID_TIMEOUT_CONFIG 0a1b2c3d$/),
    '  timeoutMinutes: expected 5',
  ]);
});

it('why a request was rejected is below its line', async () => {
  const lines = await printed('failures', ({ onRequest }) =>
    onRequest(record({ status: 404, why: 'No such route' })),
  );
  expect(lines[1]).toBe('  No such route');
});

it('a failure is below its line once: the function, name and message, and the stack of the sources', async () => {
  const lines = await printed('failures', ({ onRequest }) => {
    onRequest(record({ status: 500, log: [FAILURE, OWN] }));
    onRequest(record());
  });
  expect(lines).toEqual([
    expect.stringMatching(/^500 /),
    '  GetSession  TypeError: no such thing',
    '    at functions/get-session.ts:10:3',
    expect.stringMatching(/^200 /),
  ]);
});

it.each(['hello', '{ found: 1 }', '{"requestId":1}'])(
  'what a developer prints is below the line of its request, with the name of the function: %s',
  async (line) => {
    for (const detail of ['failures', 'everything'] as const) {
      const lines = await printed(detail, ({ onRequest }) => onRequest(record({ log: [logged(line)] })));
      expect(lines).toEqual([expect.stringMatching(/^200 /), `  GetSession  ${line}`]);
    }
  },
);

it('what belongs to no request is printed as it comes', async () => {
  expect(await printed('failures', ({ onLog }) => onLog(logged('from a timer')))).toEqual([
    '  GetSession  from a timer',
  ]);
});

it("--verbose also prints the API's own log lines, and what was logged before the first request", async () => {
  const init = logged('starting', 'init');
  const run: Parameters<typeof printed>[1] = ({ onLog, onRequest }) => {
    onLog(init);
    onRequest(record({ log: [OWN] }));
  };
  expect(await printed('failures', run)).toEqual([expect.stringMatching(/^200 /)]);
  expect(await printed('everything', run)).toEqual([
    '  GetSession  starting',
    expect.stringMatching(/^200 /),
    `  GetSession  ${OWN.text}`,
  ]);
});

it('--quiet shows neither a request nor what was logged', async () => {
  const lines = await printed('quiet', ({ onLog, onRequest }) => {
    onLog(logged('plain'));
    onRequest(record({ status: 500, log: [FAILURE] }));
  });
  expect(lines).toEqual([]);
});
