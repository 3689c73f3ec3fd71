/**
 * Synthesizes the stack in a process that ends: CDK leaves half a gigabyte behind in the one that has loaded
 * it.
 */
import { fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../../config-error.ts';
import type { SynthesizedStack } from './synthesize.ts';

/** What the process is told, as JSON in its argument. */
export interface SynthesisRequest {
  context: Readonly<Record<string, string>>;
  directory: string;
  localJwt: Readonly<Record<string, string>>;
}

/** What it answers: the stack's name, or a setting that can't be used. */
export type SynthesisReply = { name: string } | { refused: string };

const PROCESS = fileURLToPath(new URL('./synthesis-process.ts', import.meta.url));

/** As synthesize. What the process writes, esbuild's errors above all, goes to standard error. */
export async function synthesizeApart(
  request: SynthesisRequest,
  signal: AbortSignal,
): Promise<SynthesizedStack> {
  const child = fork(PROCESS, [JSON.stringify(request)], {
    signal,
    killSignal: 'SIGKILL',
    execArgv: [],
    // To check CloudFormation's rules and cdk-nag's takes longer than all the rest, and they hold for what is
    // deployed: `cdk synth` and the tests check them.
    env: { ...process.env, CDK_VALIDATION: 'false' },
  });
  const { promise, resolve, reject } = Promise.withResolvers<SynthesisReply | undefined>();
  child.on('message', (message: SynthesisReply | object) => {
    // `node --watch` sends messages of its own over the same channel.
    if ('name' in message || 'refused' in message) resolve(message);
  });
  child.once('exit', () => resolve(undefined));
  child.once('error', reject);
  const answer = await promise;
  if (!answer) throw new ConfigError('The stack could not be synthesized, for the reason above');
  if ('refused' in answer) throw new ConfigError(answer.refused);
  const file = join(request.directory, `${answer.name}.template.json`);
  return {
    name: answer.name,
    directory: request.directory,
    template: JSON.parse(await readFile(file, 'utf8')),
  };
}
