/** What the local host can do in the package: in place of local/installation.ts. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../start-error.ts';

/** How a developer starts it. */
export const COMMAND = 'npx --no-install sessions-api-local';

/** The sources are not here. */
export const toSources = async (stack: string): Promise<string> => stack;

export async function watchFunctions(): Promise<never> {
  throw new StartError('--watch: only in a clone of the repository (npm run dev)');
}

/** Where the package's build has put the console's page. */
export const PAGE = join(import.meta.dirname, 'page');

export const bundlePage = async (): Promise<ReadonlyMap<string, Uint8Array>> =>
  new Map(readdirSync(PAGE).map((name) => [`/${name}`, readFileSync(join(PAGE, name))]));
