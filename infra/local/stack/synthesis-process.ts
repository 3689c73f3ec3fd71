/** The process that synthesizes the stack, and ends. */
import { ConfigError } from '../../config-error.ts';
import type { SynthesisReply, SynthesisRequest } from './synthesis.ts';
import { synthesize } from './synthesize.ts';

const { context, directory, localJwt }: SynthesisRequest = JSON.parse(process.argv[2] ?? '');
const tell = (reply: SynthesisReply) => process.send?.(reply);
try {
  const { name } = await synthesize(context, directory, localJwt);
  tell({ name });
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  tell({ refused: error.message });
}
process.disconnect?.();
