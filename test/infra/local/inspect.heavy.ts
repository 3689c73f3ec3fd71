import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { CALL_DEADLINE_MS } from '../../../functions/aws/deadlines.ts';
import { Debugger } from '../../support/debugger.ts';
import { npmStart, type Started } from '../../support/npm-start.ts';

/** Node's own, which `npm run dev -- --inspect` uses. */
const PORT = 9229;

let dev: Started | undefined;
afterEach(async () => {
  dev?.child.kill('SIGKILL');
  await dev?.exited;
});

/** Starts it, attaches, and lets a request run into a breakpoint while its deadline runs. */
async function pause() {
  dev = await npmStart(['--watch', '--inspect']);
  const sessions = dev.output().match(/^API +(\S+)/m)?.[1] ?? '';
  // The first request makes the thread, and V8 load the bundle.
  await fetch(`${sessions}/fresh`);
  const attached = await Debugger.attach(PORT);
  const find = () => attached.scripts.find(({ url }) => url.endsWith('get-session.mjs'));
  await expect.poll(find).toBeDefined();
  const script = find();
  if (!script) throw new Error('The bundle was not loaded');
  expect(await attached.breakAt(script, 'await sendRead(table')).toBe(true);
  const answer = fetch(`${sessions}/fresh`);
  return { attached, script, answer, thread: await attached.paused() };
}

it('a breakpoint pauses a function for longer than any deadline, and the request is answered', async () => {
  const { attached, script, answer, thread } = await pause();
  const map = JSON.parse(Buffer.from(script.sourceMapURL.split(',')[1] ?? '', 'base64').toString());
  expect(map.sources).toContain('get-session.ts');
  expect(map.sourceRoot).toMatch(/\/functions\/$/);
  await delay(CALL_DEADLINE_MS + 500);
  await attached.send(thread, 'Debugger.resume');
  expect((await answer).status).toBe(200);
  attached.close();
});

it('Ctrl-C ends it while a function is paused', async () => {
  const { answer } = await pause();
  // It fails with the function, or with the connection.
  answer.catch(() => {});
  dev?.child.kill('SIGINT');
  expect(await dev?.exited).toEqual([null, 'SIGKILL']);
});
