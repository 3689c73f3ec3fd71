// Runs one of the project's commands: `node infra/local/run.js <file.ts> [arguments]`. Plain JavaScript,
// because it says which Node.js is missing to those that can't run TypeScript. `--help` prints the comment at
// the head of the command's file.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [node, , file = '', ...args] = process.argv;
const end = (/** @type {string} */ line) => {
  console.error(line);
  process.exit(1);
};

if (args.some((arg) => arg === '--help' || arg === '-h')) {
  const [, comment = ''] = readFileSync(file, 'utf8').match(/^\/\*\*([\s\S]*?)\*\//) ?? [];
  console.log(comment.replace(/^ \* ?/gm, '').trim());
} else {
  if (!existsSync(new URL('../../node_modules/esbuild', import.meta.url)))
    end('The packages are not installed. Run: npm ci');
  if (!process.features.typescript)
    end(
      `Node.js ${process.version} can't run TypeScript. Run: npm ci, without --omit=optional. It installs Node.js 24 for all npm scripts.`,
    );
  process.argv = [node ?? '', resolve(file), ...args];
  await import(pathToFileURL(resolve(file)).href);
}
