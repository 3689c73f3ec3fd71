/** What the local host can do in the package: in place of local/installation.ts. */
import { StartError } from '../start-error.ts';

/** How a developer starts it. */
export const COMMAND = 'npx --no-install sessions-api-local';

/** The sources are not here. */
export const toSources = async (stack: string): Promise<string> => stack;

export async function watchFunctions(): Promise<never> {
  throw new StartError('--watch: only in a clone of the repository (npm run dev)');
}
