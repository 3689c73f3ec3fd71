/** The functions' bundles in the package, where they were made when it was built: in place of infra/lambda/bundles.ts. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const FUNCTIONS = join(import.meta.dirname, 'functions');

/** By file name. */
export const bundleAll = (): ReadonlyMap<string, Uint8Array> =>
  new Map(readdirSync(FUNCTIONS).map((name) => [name, readFileSync(join(FUNCTIONS, name))]));
