/**
 * `npm run soak -- [options]` runs days of sessions in minutes, on a host of its own under a fast clock. In the
 * end every session that was ever created is asked for, and must be what its timing says.
 *
 *   --days N     that pass for the sessions (3)
 *   --minutes N  that the run takes (2)
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Clock } from '../../../local/clock.ts';
import { startHost } from '../../../local/host.ts';
import { ON_FREE_PORTS } from '../../../local/options.ts';
import { UNTHROTTLED } from '../unthrottled.ts';
import { soak } from './soak-run.ts';

const { values } = parseArgs({
  options: { days: { type: 'string', default: '3' }, minutes: { type: 'string', default: '2' } },
});
const [days, minutes] = [Number(values.days), Number(values.minutes)];
if (!(days > 0) || !(minutes > 0)) {
  console.error('usage: npm run soak -- [--days 3] [--minutes 2]');
  process.exit(1);
}

const clock = new Clock();
const host = await startHost({ ...ON_FREE_PORTS, context: UNTHROTTLED }, { clock });
try {
  console.log(`${days} days in ${minutes} minutes`);
  const result = await soak({
    ...{ host, clock, days, realMilliseconds: minutes * 60_000 },
    megabytes,
    progress: (line) => console.log(line),
  });
  const { created, alive, expired, deleted, purged } = result;
  console.log(
    `\ncreated ${created} = alive ${alive} + expired ${expired} + deleted ${deleted} + purged ${purged}`,
  );
  console.log(
    `memory  ${result.megabytes.map((one) => `${one} MB`).join(', ')}: a quarter, a half, three quarters, the end`,
  );
  console.log(`wrong   ${result.wrong.length}`);
  for (const line of result.wrong.slice(0, 10)) console.log(`  ${line}`);
  process.exitCode = result.wrong.length === 0 && created === alive + expired + deleted + purged ? 0 : 1;
} finally {
  await host.close();
}

/** Resident memory after a collection of garbage, with the functions' and the database's threads. */
async function megabytes(): Promise<number> {
  globalThis.gc?.();
  await wait(100);
  return Math.round(process.memoryUsage.rss() / 1e6);
}
