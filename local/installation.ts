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
