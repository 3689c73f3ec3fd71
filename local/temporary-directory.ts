/** A folder that is gone when it is disposed of, or when the process ends before that. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartError } from './start-error.ts';

export class TemporaryDirectory implements Disposable {
  readonly path = makeFolder();
  readonly #remove = () => rmSync(this.path, { recursive: true, force: true });

  constructor() {
    process.once('exit', this.#remove);
  }

  [Symbol.dispose](): void {
    process.off('exit', this.#remove);
    this.#remove();
  }
}

/** @throws StartError where the system's folder for temporary files can't be written. */
function makeFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'sessions-api-'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(`TMPDIR=${tmpdir()}: no folder that can be written (${code})`);
  }
}
