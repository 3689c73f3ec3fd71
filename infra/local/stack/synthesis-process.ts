/** The process that synthesizes the stack, and ends. */
import { explain } from '../../config-error.ts';
import type { SynthesisReply, SynthesisRequest } from './synthesis.ts';
import { synthesize } from './synthesize.ts';

const { context, directory, localJwt }: SynthesisRequest = JSON.parse(process.argv[2] ?? '');
const tell = (reply: SynthesisReply) => process.send?.(reply);
try {
  const { name } = await synthesize(context, directory, localJwt);
  tell({ name });
} catch (error) {
  const refused = explain(error);
  if (refused === undefined) throw error;
  tell({ refused });
}
process.disconnect?.();
