/** What is measured: functions as they are deployed, and two references that are built here. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, buildSync } from 'esbuild';
import { routes } from '../../../infra/routes.ts';
import { synthesize } from '../../../local/stack/synthesis.ts';
import { readTemplate } from '../../../local/stack/template.ts';
import { findRoute } from '../../support/event.ts';
import { sampleEvent } from '../../support/sample-event.ts';
import { MEASURED } from './measured.ts';
import type { Variant } from './sandbox.ts';

const APP = fileURLToPath(new URL('../../../infra/app.ts', import.meta.url));

export const FLOOR = 'floor';
export const HABIT = 'habit';

const REFERENCES = fileURLToPath(new URL('./references/', import.meta.url));

/**
 * @param directory where bundles are written.
 * @param ids of the functions, of those in MEASURED.
 */
export async function buildVariants(directory: string, ids: readonly string[]): Promise<Variant[]> {
  const context = { list: 'on', auth: 'api-key' };
  const stack = readTemplate(
    await synthesize({ app: APP, context, outdir: join(directory, 'cdk.out') }),
    'us-east-1',
  );
  const deployed = ids.map((id) => {
    const definition = stack.functions.find(({ name }) => name === id);
    const file = MEASURED.get(id);
    if (!definition || file === undefined) throw new Error(`The stack has no ${id}`);
    const { directory: code, handler, environment } = definition;
    return { name: id, directory: code, handler, environment, event: buildEvent(id) };
  });
  return [
    reference(directory, FLOOR, 'floor.mjs', { format: 'esm', minify: true, target: 'node24' }),
    // What aws-lambda-nodejs's NodejsFunction passes to esbuild when it is told to bundle the SDK and nothing
    // else.
    reference(directory, HABIT, 'habit.js', { target: 'node24' }),
    ...deployed,
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
  return {
    ...{ name, directory: outdir, handler: `${name}.handler` },
    ...{ environment: {}, event: buildEvent('GetSession') },
  };
}

/** The size of a variant's JavaScript, in kilobytes of 1000 bytes. */
export function kilobytes({ directory }: Variant): number {
  const files = readdirSync(directory).map((file) => join(directory, file));
  return files.reduce((sum, file) => sum + statSync(file).size, 0) / 1000;
}

/** A request to the route, or one for the authorizer to judge. */
function buildEvent(id: string): string {
  const route = routes.find((one) => one.id === id);
  return JSON.stringify(
    route ? sampleEvent(route) : { ...sampleEvent(findRoute('GetSession')), identitySource: ['a-key'] },
  );
}
