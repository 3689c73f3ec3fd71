/** Synthesizes the stack and bundles its functions once for all tests. */

import type { TestProject } from 'vitest/node';
import { type SynthesizedStack, synthesize } from '../../infra/local/synthesize.ts';
import { TemporaryDirectory } from '../../infra/local/temporary-directory.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The whole stack, with every route. */
    stack: SynthesizedStack;
  }
}

export default async function setUp(project: TestProject): Promise<() => void> {
  const directory = new TemporaryDirectory();
  project.provide('stack', await synthesize({ list: 'on' }, directory.path));
  return () => directory[Symbol.dispose]();
}
