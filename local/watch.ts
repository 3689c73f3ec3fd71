/** `npm run dev`: reloads functions when their sources are saved. */
import { readdirSync, statSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type FSWatcher, watch } from 'chokidar';
import { context } from 'esbuild';
import { buildOptions, entryPoints, FUNCTIONS } from '../infra/lambda/bundles.ts';
import type { LocalFunction } from './lambda/lambda.ts';

const INFRA = join(FUNCTIONS, '../infra');

/** The watcher debounces saves by 50 ms; wait for the last one. */
const SETTLE_MS = 60;

/** Stacks and breakpoints name the sources. Maps make a bundle several times as large, so they are here only. */
const MAPPED = { sourcemap: 'inline', sourcesContent: false, sourceRoot: FUNCTIONS, minify: false } as const;

/** How long a request waits for new code, in milliseconds. */
const MOST_WAIT_MS = 5_000;

export interface Watching extends AsyncDisposable {
  /** Resolves when what is saved now is served, or is broken. */
  settle(): Promise<void>;
}

/** Bundles changed functions and makes them serve the next request, until it is disposed of. */
export async function watchFunctions(
  functions: ReadonlyMap<string, LocalFunction>,
  print: (line: string) => void,
): Promise<Watching> {
  // Incremental: the first build takes half a second, each further one 0.3 s.
  const output = { entryPoints: entryPoints(), outdir: FUNCTIONS, write: false } as const;
  const bundler = await context({ ...buildOptions, ...MAPPED, ...output });
  const watching = new AsyncDisposableStack();
  watching.defer(() => bundler.dispose());
  /** By file, esbuild's hash of the bundle. */
  const served = new Map<string, string>();
  let running = Promise.resolve();
  /** When the newest file was saved that is bundled. */
  let bundledAt = 0;
  const again = (file?: string) => {
    running = running.then(() => rebuild(file)).catch((error) => print(String(error)));
  };
  // Not Node.js's own: it loses a file that an editor replaces.
  const sources = watch(FUNCTIONS, { ignoreInitial: true, cwd: FUNCTIONS });
  watching.defer(() => sources.close());
  const printed = new Set<string>();
  const printOnce = (error: unknown) => {
    const line = watchFailure(error);
    if (!printed.has(line)) print(line);
    printed.add(line);
  };
  sources.on('error', printOnce);
  sources.on('all', (_, file) => file.endsWith('.ts') && again(file));
  const stack = watch(INFRA, { ignoreInitial: true, cwd: INFRA });
  watching.defer(() => stack.close());
  stack.on('error', printOnce);
  stack.on('all', (_, file) => {
    if (file.endsWith('.ts')) print(`infra/${file} changed. Restart to synthesize the stack again.`);
  });
  await Promise.all([sources, stack].map(becomeReady));
  // Catches saves since the stack was synthesized.
  again();
  await running;
  print('Watching functions/');
  return {
    async settle() {
      const newest = findNewest();
      // The watcher will say so, but later.
      if (newest.savedAt > bundledAt) again(newest.file);
      await Promise.race([running, delay(MOST_WAIT_MS, undefined, { ref: false })]);
    },
    [Symbol.asyncDispose]: () => watching.disposeAsync(),
  };

  async function rebuild(file?: string): Promise<void> {
    const started = performance.now();
    // A request came before the watcher.
    if (file && savedAt(file) <= bundledAt) return;
    await delay(SETTLE_MS);
    bundledAt = findNewest().savedAt;
    try {
      const names = await bundle();
      const took = Math.round(performance.now() - started);
      const what = names.length > 0 ? `${names.join(', ')} reloaded` : 'bundled again';
      if (file) print(`functions/${file}: ${what} in ${took} ms`);
    } catch (failure) {
      // esbuild has printed the error.
      if (!('errors' in (failure as object))) throw failure;
      print('  The last good version is still served.');
    }
  }

  /** Bundles all functions, and gives the names of those that changed. */
  async function bundle(): Promise<string[]> {
    const { outputFiles = [] } = await bundler.rebuild();
    const changed: string[] = [];
    for (const [name, run] of functions) {
      const file = `${run.definition.handler.split('.')[0]}.mjs`;
      const path = join(run.definition.directory, file);
      const output = outputFiles.find((one) => basename(one.path) === file);
      if (!output || served.get(file) === output.hash) continue;
      served.set(file, output.hash);
      // At once: a sandbox may be about to load it.
      await writeFile(`${path}.new`, output.contents);
      await rename(`${path}.new`, path);
      run.reload();
      changed.push(name);
    }
    return changed;
  }
}

/** Epoch milliseconds; Infinity for a file that is gone. Of its inode: a file that is moved here keeps its own time. */
const savedAt = (file: string): number =>
  statSync(join(FUNCTIONS, file), { throwIfNoEntry: false })?.ctimeMs ?? Number.POSITIVE_INFINITY;

/** The source that was saved last: sixty of them take a millisecond. */
function findNewest(): { file: string; savedAt: number } {
  const files = readdirSync(FUNCTIONS, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return files
    .map((file) => ({ file, savedAt: savedAt(file) }))
    .reduce((newest, one) => (one.savedAt > newest.savedAt ? one : newest), { file: '', savedAt: 0 });
}

/** The system's limits on file watches (inotify(7)). */
const WATCH_LIMITS: Record<string, string> = {
  ENOSPC: 'fs.inotify.max_user_watches',
  EMFILE: 'fs.inotify.max_user_instances',
};

/** The host goes on: only saves are not seen. */
function watchFailure(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const limit = WATCH_LIMITS[code];
  const why = limit ? `the system has no file watch left; raise ${limit}` : message;
  return `Saved files may not be seen: ${why}`;
}

function becomeReady(watcher: FSWatcher): Promise<void> {
  return new Promise((resolve) => watcher.once('ready', resolve));
}
