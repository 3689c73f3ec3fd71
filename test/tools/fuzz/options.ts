/** The fuzzer's options; invalid ones end the process before anything else is loaded. */
import { parseArgs } from 'node:util';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, only: { type: 'string', default: '' } },
});
export const cases = Number(positionals[0] ?? 1000);
export const seed = Number(values.seed ?? Date.now() % 2 ** 31);
export const { only } = values;
if (!Number.isInteger(cases) || cases < 1 || !Number.isInteger(seed)) {
  console.error('usage: npm run fuzz -- [cases for each target] [--seed <number>] [--only <part of a name>]');
  process.exit(1);
}
