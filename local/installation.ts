/** What the local host can do in a clone of the repository. local/package has its counterpart in the package. */
import { toSources } from './sources.ts';
import type { Watching } from './watch.ts';

/** How a developer starts it. */
export const COMMAND = 'npm start --';

export { toSources };

export const watchFunctions: typeof import('./watch.ts').watchFunctions = async (
  ...args
): Promise<Watching> => {
  const { watchFunctions: watch } = await import('./watch.ts');
  return watch(...args);
};

/** The files of the console's page by path: its sources need a compiler. */
export async function bundlePage(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { bundlePage: bundle } = await import('./console/bundle.ts');
  return bundle();
}
