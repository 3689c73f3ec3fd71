/**
 * `npm run fuzz -- [N] [options]` sends N cases (1000) to each route and the authorizer of a host of its own.
 *
 *   --seed S     repeats a run
 *   --only NAME  takes the targets whose name has NAME in it
 */
import './options.ts';
import * as fc from 'fast-check';
import { startHost } from '../../../local/host.ts';
import { ON_FREE_PORTS } from '../../../local/options.ts';
import { progress } from '../progress.ts';
import { UNTHROTTLED } from '../unthrottled.ts';
import { cases, only, seed } from './options.ts';
import { authorizerTarget, type Server, type Target, targets, toServer } from './targets.ts';

const wanted = ({ name }: Target) => name.toLowerCase().includes(only.toLowerCase());
const tried: [name: string, cases: number, failure: string | undefined][] = [];

if (![...targets, authorizerTarget].some(wanted)) {
  console.error(`--only ${only}: there is no such target`);
  process.exit(1);
}
console.log(`${cases} cases for each, seed ${seed}\n`);
await onHost({ list: 'on' }, targets.filter(wanted));
await onHost({ auth: 'api-key' }, [authorizerTarget].filter(wanted));

for (const [name, count, failure] of tried)
  console.log(`${String(count).padStart(8)}  ${name}${failure ? '  FAILED' : ''}`);
const failures = tried.filter(([, , failure]) => failure !== undefined);
for (const [name, , failure] of failures) console.log(`\n${name}: ${failure}`);
console.log(
  failures.length === 0 ? '\nNothing found.' : `\nRepeat with: npm run fuzz -- ${cases} --seed ${seed}`,
);
process.exitCode = failures.length === 0 ? 0 : 1;

async function onHost(context: Record<string, string>, chosen: Target[]): Promise<void> {
  if (chosen.length === 0) return;
  const host = await startHost({ ...ON_FREE_PORTS, context: { ...context, ...UNTHROTTLED } });
  try {
    for (const target of chosen) await run(target, toServer(host));
  } finally {
    await host.close();
  }
}

async function run(target: Target, server: Server): Promise<void> {
  let count = 0;
  const started = Date.now();
  const property = target.property(server).beforeEach(() => {
    count += 1;
    const perSecond = Math.round((count / (Date.now() - started)) * 1000);
    if (process.stderr.isTTY && count % 50 === 0)
      progress(`${target.name}: ${count} of ${cases}, ${perSecond}/s`);
  });
  const result = await fc.check(property, { numRuns: cases, seed, endOnFailure: false });
  progress('');
  const failure = () => `${(result.errorInstance as Error)?.message}\n${fc.defaultReportMessage(result)}`;
  tried.push([target.name, count, result.failed ? failure() : undefined]);
}
