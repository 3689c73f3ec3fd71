/** A folder that is gone when it is disposed of, or when the process ends before that. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class TemporaryDirectory implements Disposable {
  static readonly #all = new Set<TemporaryDirectory>();
  readonly path = mkdtempSync(join(tmpdir(), 'sessions-api-'));

  constructor() {
    if (TemporaryDirectory.#all.size === 0) process.once('exit', TemporaryDirectory.removeAll);
    TemporaryDirectory.#all.add(this);
  }

  static removeAll(): void {
    for (const directory of TemporaryDirectory.#all) directory[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    TemporaryDirectory.#all.delete(this);
    rmSync(this.path, { recursive: true, force: true });
    if (TemporaryDirectory.#all.size === 0) process.off('exit', TemporaryDirectory.removeAll);
  }
}
