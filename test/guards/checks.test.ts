import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

it.each([
  ['types', 'typescript/bin/tsc', []],
  ['types of the examples', 'typescript/bin/tsc', ['--project', 'examples']],
  ["types of the console's page", 'typescript/bin/tsc', ['--project', 'local/console/page']],
  ['lint and format (npm run fix)', '@biomejs/biome/bin/biome', ['ci', '--colors=off']],
  ['openapi.yaml', '@redocly/cli/bin/cli.js', ['lint', '--config', '.redocly.yaml', 'openapi.yaml']],
])('finds nothing wrong with %s', async (_what, tool, args) => {
  const command = [`node_modules/${tool}`, ...args];
  const found = await promisify(execFile)(process.execPath, command, { cwd: ROOT }).then(
    () => '',
    ({ stdout, stderr }: { stdout: string; stderr: string }) => `${stdout}${stderr}`,
  );
  expect(found).toBe('');
});
