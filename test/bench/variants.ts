/** What is measured: the function as it is deployed, and two references that are built here. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, buildSync } from 'esbuild';
import { synthesize } from '../../infra/local/stack/synthesize.ts';
import { readTemplate } from '../../infra/local/stack/template.ts';
import type { Variant } from './sandbox.ts';

export const FUNCTION = 'function';
export const FLOOR = 'floor';
export const HABIT = 'habit';

const REFERENCES = fileURLToPath(new URL('./references/', import.meta.url));

/** @param directory where bundles are written. */
export async function buildVariants(directory: string): Promise<Variant[]> {
  const { functions } = readTemplate(await synthesize({}, join(directory, 'cdk.out')), 'us-east-1');
  const deployed = functions.find(({ name }) => name === 'GetSession');
  if (!deployed) throw new Error('The stack has no GetSession');
  return [
    { name: FUNCTION, directory: deployed.directory, handler: deployed.handler },
    reference(directory, FLOOR, 'floor.mjs', { format: 'esm', minify: true, target: 'node24' }),
    // What aws-lambda-nodejs's NodejsFunction passes to esbuild when it is told to bundle the SDK and nothing
    // else.
    reference(directory, HABIT, 'habit.js', { target: 'node24' }),
  ];
}

function reference(directory: string, name: string, outfile: string, options: BuildOptions): Variant {
  const outdir = join(directory, name);
  buildSync({
    ...options,
    entryPoints: [join(REFERENCES, `${name}.ts`)],
    outfile: join(outdir, outfile),
    bundle: true,
    platform: 'node',
    logLevel: 'warning',
  });
  return { name, directory: outdir, handler: `${name}.handler` };
}

/** The size of a variant's JavaScript, in kilobytes of 1000 bytes. */
export function kilobytes({ directory }: Variant): number {
  const files = readdirSync(directory).map((file) => join(directory, file));
  return files.reduce((sum, file) => sum + statSync(file).size, 0) / 1000;
}

/** The event of the function, as it is in test/events. */
export const event = readFileSync(new URL('../events/get-session.json', import.meta.url), 'utf8');
