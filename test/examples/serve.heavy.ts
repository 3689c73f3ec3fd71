import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

it('npm run example serves both pages, until Ctrl-C', async () => {
  const child = spawn(process.execPath, ['infra/run.js', 'examples/web/serve.ts'], {
    cwd: ROOT,
    env: { ...process.env, PORT: '5273' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  await expect.poll(() => output, { timeout: 20_000 }).toContain('Ctrl-C stops it.');
  for (const page of ['plain', 'react'])
    expect(await (await fetch(`http://localhost:5273/${page}/`)).text()).toContain(`/${page}/main.js`);
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
