/** `npm run dev`: reloads functions when their sources are saved. */
import { type Dirent, readdirSync, statSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
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
  const again = (file?: string, at = file === undefined ? undefined : savedAt(file)) => {
    running = running.then(() => rebuild(file, at)).catch((error) => print(String(error)));
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
  sources.on('all', (_, file) => isSource(file) && again(file));
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
      if (newest.savedAt > bundledAt) again(newest.file, newest.savedAt);
      await Promise.race([running, delay(MOST_WAIT_MS, undefined, { ref: false })]);
    },
    [Symbol.asyncDispose]: () => watching.disposeAsync(),
  };

  /** @param at when the file was saved. */
  async function rebuild(file?: string, at = Number.POSITIVE_INFINITY): Promise<void> {
    const started = performance.now();
    // A request came before the watcher.
    if (at <= bundledAt) return;
    await delay(SETTLE_MS);
    bundledAt = findNewest().savedAt;
    try {
      const names = await bundle();
      const took = Math.round(performance.now() - started);
      const what = names.length > 0 ? `${names.join(', ')} reloaded` : 'bundled again';
      if (file !== undefined) print(`functions/${file}: ${what} in ${took} ms`);
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

/** The source that was saved last, and when it or a folder was changed last: looking takes a millisecond. */
function findNewest(): { file: string; savedAt: number } {
  const entries = readdirSync(FUNCTIONS, { recursive: true, withFileTypes: true });
  const toFile = ({ parentPath, name }: Dirent) => relative(FUNCTIONS, join(parentPath, name));
  const files = entries.filter(({ name }) => isSource(name)).map(toFile);
  const folders = ['', ...entries.filter((entry) => entry.isDirectory()).map(toFile)];
  const newest = files
    .map((file) => ({ file, savedAt: savedAt(file) }))
    .reduce((newest, one) => (one.savedAt > newest.savedAt ? one : newest));
  // A folder changes when a file of it is deleted.
  return { file: newest.file, savedAt: Math.max(newest.savedAt, ...folders.map(savedAt)) };
}

/** Not an editor's own file, such as `.#session.ts`. */
const isSource = (file: string): boolean => /(^|\/)[^./][^/]*\.ts$/.test(file);

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
