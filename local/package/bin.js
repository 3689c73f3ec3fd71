#!/usr/bin/env node
// The command sessions-api-local: `npm start` of the repository, in the package.
import { fileURLToPath } from 'node:url';

const file = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const [node, , ...given] = process.argv;
// Some versions of npx pass the `--` before the options on.
const args = given[0] === '--' ? given.slice(1) : given;
process.argv = [node, file('../../infra/run.js'), file('../start.mjs'), ...args];
await import('../../infra/run.js');
