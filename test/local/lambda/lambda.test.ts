import { writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { FunctionFailure, LocalFunction } from '../../../local/lambda/lambda.ts';
import type { LogLine } from '../../../local/lambda/log-line.ts';
import { close, listen } from '../../../local/loopback.ts';
import { TemporaryDirectory } from '../../../local/temporary-directory.ts';
import { eventFor, findRoute } from '../../support/event.ts';

const event = eventFor(findRoute('GetSession'), { sessionId: 'session-1' });
const temporary = new TemporaryDirectory();
const directory = temporary.path;
const log: LogLine[] = [];
const running: LocalFunction[] = [];

/** A function whose module is `source`. */
function localFunction(
  source: string,
  environment: Record<string, string> = {},
  timeoutSeconds = 30,
): LocalFunction {
  const name = `f${running.length}`;
  writeFileSync(join(directory, `${name}.mjs`), source);
  const definition = {
    name,
    directory,
    handler: `${name}.handler`,
    memoryMegabytes: 256,
    timeoutSeconds,
    environment,
  };
  const created = new LocalFunction(definition, { AWS_REGION: 'us-east-1' }, (line) => log.push(line), {
    failures: 'failures',
  });
  running.push(created);
  return created;
}

afterEach(() => Promise.all(running.map((created) => created.close())));
afterAll(() => temporary[Symbol.dispose]());

describe('a function on this machine', () => {
  it('sees the environment of the stack and of Lambda, and nothing of this machine', async () => {
    const handler = localFunction('export const handler = async () => ({ ...process.env })', {
      TABLE_NAME: 'sessions',
    });
    expect(await handler.invoke(event)).toEqual({
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'f0',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      TABLE_NAME: 'sessions',
    });
  });

  it('is loaded once and kept for the next request', async () => {
    const handler = localFunction('let calls = 0; export const handler = async () => ++calls');
    await handler.invoke(event);
    expect(await handler.invoke(event)).toBe(2);
  });

  it.each([
    ['rejects', "export const handler = async () => { throw new Error('broken') }", /broken/],
    ['does not load', "throw new Error('no module')", /no module/],
    ['has no such export', 'export const other = 1', /not a function/],
    ['exits', 'export const handler = async () => process.exit(3)', /exited with code 3/],
    [
      'never responds',
      'export const handler = () => new Promise(() => {})',
      /timed out after 0.1 seconds/,
      0.1,
    ],
    [
      'computes for ever',
      'export const handler = async () => { for (;;) {} }',
      /timed out after 0.1 seconds/,
      0.1,
    ],
  ])('fails the request, and not the host, when it %s', async (_what, source, message, timeout = 30) => {
    const handler = localFunction(source, {}, timeout);
    await expect(handler.invoke(event)).rejects.toThrow(message);
    await expect(handler.invoke(event)).rejects.toBeInstanceOf(FunctionFailure);
  });

  it('runs new code after a reload, and ends on the old what was running', async () => {
    const held = Promise.withResolvers<ServerResponse>();
    const server = createServer((_request, response) => held.resolve(response));
    const url = `http://127.0.0.1:${await listen(server, 0)}`;
    const code = (version: string) =>
      `export const handler = async ({ url }) => { if (url) await fetch(url); return '${version}'; }`;
    const handler = localFunction(code('old'));
    await handler.invoke({});
    const running = handler.invoke({ url });
    const response = await held.promise;
    writeFileSync(join(directory, `${handler.definition.name}.mjs`), code('new'));
    handler.reload();
    expect(await handler.invoke({})).toBe('new');
    response.end();
    expect(await running).toBe('old');
    await close(server);
  });

  it('gives each of two requests at once the lines that it has logged, whatever its function prints with', async () => {
    const handler = localFunction(`
      const wait = () => new Promise((resolve) => setTimeout(resolve, 20));
      export const handler = async ({ name }) => {
        console.log(name, 'begins\\nand goes on');
        await wait();
        console.error(name, 'fails');
        process.stdout.write(name + ' ends\\n');
      };`);
    const lines = async (name: string) => {
      const logged: LogLine[] = [];
      await handler.invoke({ name }, (line) => logged.push(line));
      return logged.map(({ functionName, kind, text }) => [functionName, kind, text].join(' '));
    };
    const { name } = handler.definition;
    const of = (one: string) =>
      [`${one} begins`, 'and goes on', `${one} fails`, `${one} ends`].map((line) => `${name} line ${line}`);
    expect(await Promise.all([lines('a'), lines('b')])).toEqual([of('a'), of('b')]);
  });

  it('keeps what it logs before its first request apart from that request', async () => {
    const handler = localFunction(
      "console.log('init'); export const handler = async () => console.log('run')",
    );
    const logged: LogLine[] = [];
    log.length = 0;
    await handler.invoke({}, (line) => logged.push(line));
    expect(logged).toMatchObject([{ kind: 'line', text: 'run' }]);
    expect(log).toMatchObject([{ kind: 'init', text: 'init' }]);
  });

  it('shows what it threw, with message, frames and causes, to the request alone', async () => {
    const handler = localFunction(`
      import { channel } from 'node:diagnostics_channel';
      class Lost extends Error { name = 'Lost'; }
      export const handler = async () => {
        channel('failures').publish(new Lost('no\\nway', { cause: new RangeError('too far') }));
      };`);
    const logged: LogLine[] = [];
    await handler.invoke({}, (line) => logged.push(line));
    expect(logged).toEqual([
      { functionName: handler.definition.name, kind: 'failure', text: expect.any(String) },
    ]);
    expect(logged[0]?.text).toMatch(
      /^Lost: no\n {4}way\n {4}at .*\.mjs:\d+:\d+\)?\n {2}caused by RangeError: too far\n {4}at [^\n]*\.mjs:\d+:\d+\)?$/,
    );
  });

  it('puts lines together that a function writes in parts, in any encoding', async () => {
    const handler = localFunction(`
      const wait = () => new Promise((resolve) => setTimeout(resolve, 10));
      export const handler = async ({ name }) => {
        const bytes = Buffer.from(name + ' é漢\\n');
        process.stdout.write(bytes.subarray(0, 3));
        await wait();
        process.stdout.write(bytes.subarray(3));
        process.stdout.write('aGVsbG8=', 'base64');
        await new Promise((resolve) => process.stdout.write('!', resolve));
      };`);
    const texts = async (name: string) => {
      const logged: LogLine[] = [];
      await handler.invoke({ name }, (line) => logged.push(line));
      return logged.map(({ text }) => text);
    };
    const of = (name: string) => [`${name} é漢`, 'hello!'];
    expect(await Promise.all([texts('a'), texts('b')])).toEqual([of('a'), of('b')]);
  });

  it('keeps apart what its own run before the first request leaves to be logged later', async () => {
    const handler = localFunction(`
      const run = async ({ name }) => void setTimeout(() => console.log('after', name), 20);
      await run({ name: 'init' });
      export const handler = run;`);
    log.length = 0;
    await handler.invoke({ name: 'request' });
    await expect.poll(() => log.length).toBe(2);
    expect(log.map(({ kind, text }) => `${kind} ${text}`)).toEqual(['init after init', 'line after request']);
  });

  it.each([
    ["const error = new Error('own cause'); error.cause = error; throw error;", /^Error: own cause\n/],
    [
      "throw new AggregateError([new Error('one'), new Error('two')], 'both');",
      /caused by Error: one\n(.*\n)*? {2}caused by Error: two/,
    ],
    ["throw new Error('odd', { cause: { code: 5 } });", /\n {2}caused by \{ code: 5 \}$/],
    ['throw { code: 5 };', /^\{ code: 5 \}$/],
  ])('describes what a handler throws: %s', async (statement, message) => {
    const handler = localFunction(`export const handler = async () => { ${statement} }`);
    await expect(handler.invoke({})).rejects.toThrow(message);
  });
});
