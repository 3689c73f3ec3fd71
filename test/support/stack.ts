/** The stack, synthesized for a look at its template. */
import { type SynthesizedStack, synthesize } from '../../infra/local/synthesize.ts';
import { TemporaryDirectory } from '../../infra/local/temporary-directory.ts';

/** The template without its functions' bundles: milliseconds instead of seconds. */
export async function synthesizeUnbundled(context: Record<string, unknown> = {}): Promise<SynthesizedStack> {
  using directory = new TemporaryDirectory();
  return await synthesize({ ...context, 'aws:cdk:bundling-stacks': [] }, directory.path);
}
