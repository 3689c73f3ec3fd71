/** `npm run dev`: serves a saved file under functions/ without a restart. */
import { once } from 'node:events';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { watch } from 'chokidar';
import { context } from 'esbuild';
import { buildOptions, byName, entryPoints, FUNCTIONS } from '../function-bundles.ts';
import type { LocalFunction } from './lambda/lambda.ts';

const INFRA = join(FUNCTIONS, '../infra');

/** Source maps make a bundle four times as large and start slower, so they are here only. */
const DEBUGGED = { sourcemap: 'inline', sourceRoot: FUNCTIONS, minify: false } as const;

/**
 * Bundles changed functions and makes them serve the next request, until it is disposed of.
 * @param isDebugged whether breakpoints in the sources must be found.
 */
export async function watchFunctions(
  functions: ReadonlyMap<string, LocalFunction>,
  isDebugged: boolean,
  print: (line: string) => void,
): Promise<AsyncDisposable> {
  // It keeps what it has parsed: the first bundling takes half a second, each further one 0.3 s.
  const bundler = await context({
    ...buildOptions,
    ...(isDebugged && DEBUGGED),
    ...{ entryPoints: entryPoints(), outdir: FUNCTIONS, write: false },
  });
  const watching = new AsyncDisposableStack();
  watching.defer(() => bundler.dispose());
  let running = Promise.resolve();
  const again = (file?: string) => {
    running = running.then(() => rebuild(file)).catch((error) => print(String(error)));
  };
  // Not Node.js's own: it loses a file that an editor replaces.
  const sources = watch(FUNCTIONS, { ignoreInitial: true, cwd: FUNCTIONS });
  watching.defer(() => sources.close());
  sources.on('all', (_, file) => file.endsWith('.ts') && again(file));
  const stack = watch(INFRA, { ignoreInitial: true, cwd: INFRA, ignored: join(INFRA, 'local') });
  watching.defer(() => stack.close());
  stack.on('all', (_, file) => {
    if (file.endsWith('.ts'))
      print(`infra/${file} changed. Restart with Ctrl-C and npm run dev to synthesize the stack again.`);
  });
  await Promise.all([once(sources, 'ready'), once(stack, 'ready')]);
  // What was saved since the stack was synthesized.
  again();
  if (isDebugged) await running;
  return watching;

  async function rebuild(file?: string): Promise<void> {
    const started = performance.now();
    try {
      const names = await bundle();
      const took = Math.round(performance.now() - started);
      const all = names.length === functions.size ? 'all functions' : names.join(', ');
      const what = all && `${all} reloaded`;
      if (file) print(`functions/${file}: ${what || 'nothing changed'} in ${took} ms`);
    } catch (failure) {
      // esbuild has printed what is wrong, and where.
      if (!('errors' in (failure as object))) throw failure;
      print('  The last good version is still served.');
    }
  }

  /** Bundles all functions, and gives the names of those that changed. */
  async function bundle(): Promise<string[]> {
    const { outputFiles = [] } = await bundler.rebuild();
    const bundles = byName(outputFiles);
    const changed: string[] = [];
    for (const [name, run] of functions) {
      const file = `${run.definition.handler.split('.')[0]}.mjs`;
      const path = join(run.definition.directory, file);
      const contents = bundles.get(file);
      if (!contents || (await readFile(path)).equals(contents)) continue;
      // At once: a sandbox may be about to load it.
      await writeFile(`${path}.new`, contents);
      await rename(`${path}.new`, path);
      run.reload();
      changed.push(name);
    }
    return changed;
  }
}
