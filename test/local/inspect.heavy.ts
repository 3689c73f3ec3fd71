import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { CALL_DEADLINE_MS } from '../../functions/aws/deadlines.ts';
import { Debugger } from '../support/debugger.ts';
import { npmStart, type Started } from '../support/npm-start.ts';

/** Node's own, which `npm run dev -- --inspect` uses. */
const PORT = 9229;

let dev: Started | undefined;
afterEach(async () => {
  dev?.child.kill('SIGKILL');
  await dev?.exited;
});

/**
 * Starts it, attaches, and lets a request run into a breakpoint while its deadline runs.
 * @param bundle the function's. @param text of the line.
 */
async function pause(method: string, path: string, bundle: string, text: string) {
  dev = await npmStart(['--watch', '--inspect']);
  const url = `${dev.output().match(/^API +(\S+)/m)?.[1]}${path}`;
  // The first request makes the thread, and V8 load the bundle.
  await fetch(url, { method });
  const attached = await Debugger.attach(PORT);
  const find = () => attached.scripts.find(({ url }) => url.endsWith(bundle));
  await expect.poll(find).toBeDefined();
  const script = find();
  if (!script) throw new Error('The bundle was not loaded');
  expect(await attached.breakAt(script, text)).toBe(true);
  const response = fetch(url, { method });
  return { attached, script, response, thread: await attached.paused() };
}

it.each([
  ['GET', '/fresh', 'get-session', 'ConsistentRead: true'],
  ['POST', '/fresh/heartbeat', 'heartbeat-session', 'const after = step('],
])(
  'a breakpoint pauses %s %s for longer than any deadline, and the request is returned',
  async (method, path, file, text) => {
    const { attached, script, response, thread } = await pause(method, path, `${file}.mjs`, text);
    const map = JSON.parse(Buffer.from(script.sourceMapURL.split(',')[1] ?? '', 'base64').toString());
    expect(map.sources).toContain(`${file}.ts`);
    expect(map.sourceRoot).toMatch(/\/functions\/$/);
    await delay(CALL_DEADLINE_MS + 500);
    await attached.send(thread, 'Debugger.resume');
    expect((await response).status).toBe(200);
    attached.close();
  },
);

it('Ctrl-C ends it while a function is paused, and the shell has nothing to say', async () => {
  const { response } = await pause('GET', '/fresh', 'get-session.mjs', 'ConsistentRead: true');
  // It fails with the function, or with the connection.
  response.catch(() => {});
  dev?.child.kill('SIGINT');
  expect(await dev?.exited).toEqual([null, 'SIGINT']);
});
