/** What the bench is told; ends the process where that can't be. */
import { parseArgs } from 'node:util';
import { MEASURED } from './measured.ts';

export const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    requests: { type: 'string', default: '6000' },
    functions: { type: 'string', default: [...MEASURED.keys()].join(',') },
    json: { type: 'string' },
  },
});
for (const name of ['rounds', 'requests'] as const) {
  if (/^[1-9]\d*$/.test(options[name])) continue;
  console.error(`--${name} ${options[name]}: expected a whole number of 1 or more`);
  process.exit(1);
}
export const ids = options.functions.split(',');
for (const id of ids) {
  if (MEASURED.has(id)) continue;
  console.error(`--functions ${id}: not one of ${[...MEASURED.keys()].join(', ')}`);
  process.exit(1);
}
