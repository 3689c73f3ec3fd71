/** Declarations of a package: those that its entry point imports, and what they import. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

/**
 * @param project the tsconfig.json that emits them.
 * @param room the folder of the repository whose declarations are the package's, at its root.
 * @param entries the stems of its entry points.
 */
export function emitDeclarations(
  project: string,
  room: string,
  outdir: string,
  entries: readonly string[] = ['index'],
): void {
  const emitted = mkdtempSync(join(tmpdir(), 'sessions-api-'));
  execFileSync(process.execPath, [TSC, '--project', project, '--outDir', emitted], {
    stdio: 'inherit',
  });
  const files = entries.map((entry) => join(emitted, room, `${entry}.d.ts`));
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    for (const [, name = ''] of text.matchAll(/from '(\.[^']+)\.ts'/g)) {
      const imported = resolve(dirname(file), `${name}.d.ts`);
      if (!files.includes(imported)) files.push(imported);
    }
    const target = join(outdir, relative(join(emitted, room), file));
    mkdirSync(dirname(target), { recursive: true });
    // Resolved by every TypeScript, of CommonJS too.
    writeFileSync(target, text.replace(/(from '\.[^']+)\.ts'/g, "$1.js'"));
  }
  rmSync(emitted, { recursive: true });
}
