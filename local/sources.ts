/** Names the sources in stacks of the deployed bundles, which carry no source maps. */
import { readFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildOptions, entryPoints, FUNCTIONS } from '../infra/lambda/bundles.ts';

interface Mapped {
  code: string;
  map: SourceMap;
}

let mapped: Promise<ReadonlyMap<string, Mapped>> | undefined;

/** A frame of a bundle: the URL of its file, the line and the column, from 1. */
const FRAME = /^ {4}at (?:.* )?\(?(file:\/\/\S+\.mjs):(\d+):(\d+)\)?$/;

/** The stack with its frames in the sources; a frame of a bundle that is no longer what they make stays. */
export async function toSources(stack: string): Promise<string> {
  const lines = stack.split('\n').map(async (line) => {
    const [, url = '', row, column] = line.match(FRAME) ?? [];
    if (!url) return line;
    const file = fileURLToPath(url);
    mapped ??= mapAll();
    const found = (await mapped).get(basename(file));
    if (found?.code !== (await readFile(file, 'utf8').catch(() => ''))) return line;
    const entry = found.map.findEntry(Number(row) - 1, Number(column) - 1);
    if (!('originalSource' in entry)) return line;
    const source = join(basename(FUNCTIONS), entry.originalSource);
    return `    at ${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
  return (await Promise.all(lines)).join('\n');
}

/** By file: made at the first failure, in about half a second. */
async function mapAll(): Promise<ReadonlyMap<string, Mapped>> {
  const { outputFiles } = await build({
    ...buildOptions,
    ...{ entryPoints: entryPoints(), outdir: FUNCTIONS, write: false },
    // The same code as without.
    ...{ sourcemap: 'external', sourcesContent: false },
  });
  const texts = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  const maps = [...texts].flatMap(([name, code]) => {
    const map = texts.get(`${name}.map`);
    return map === undefined ? [] : [[name, { code, map: new SourceMap(JSON.parse(map)) }] as const];
  });
  return new Map(maps);
}
