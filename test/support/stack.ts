/** The stack, synthesized for a look at its template. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SynthesizedStack, synthesize } from '../../infra/local/synthesize.ts';

/** The template without its functions' bundles: milliseconds instead of seconds. */
export async function synthesizeUnbundled(context: Record<string, unknown> = {}): Promise<SynthesizedStack> {
  const directory = await mkdtemp(join(tmpdir(), 'sessions-api-test-'));
  try {
    return await synthesize({ ...context, 'aws:cdk:bundling-stacks': [] }, directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}
