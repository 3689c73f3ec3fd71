/** The stack, synthesized in this process as `cdk synth` would, into a folder of its own. */
import { readFile } from 'node:fs/promises';
import { ConfigError } from '../../config-error.ts';
import { sessionsApp } from '../../sessions-app.ts';

export interface SynthesizedStack {
  name: string;
  /** The cloud assembly's folder: `aws:asset:path` metadata is relative to it. */
  directory: string;
  template: unknown;
}

const CDK_JSON = new URL('../../../cdk.json', import.meta.url);

/**
 * @param context what `-c key=value` gives; cdk.json's own context lies beneath it, as with the CDK CLI.
 * @param directory where the assembly is written.
 * @param localJwt settings of an issuer, for a stack with `auth=jwt` that names none.
 */
export async function synthesize(
  context: Readonly<Record<string, unknown>>,
  directory: string,
  localJwt: Readonly<Record<string, string>> = {},
): Promise<SynthesizedStack> {
  const cdkJson: { context: Record<string, unknown> } = JSON.parse(await readFile(CDK_JSON, 'utf8'));
  const given = { ...cdkJson.context, ...context };
  using _ = withoutBundlingLines();
  const assembly = sessionsApp({
    outdir: directory,
    context: {
      ...(given['auth'] === 'jwt' && localJwt),
      ...given,
      // The CLI sets these two: where a function's code lies, and under which construct.
      'aws:cdk:enable-asset-metadata': true,
      'aws:cdk:enable-path-metadata': true,
    },
  }).synth();
  const [stack] = assembly.stacks;
  if (!stack) throw new ConfigError('The app has no stack');
  return { name: stack.stackName, directory, template: stack.template };
}

/** CDK writes a line for each function that it bundles, and has no setting against it. */
function withoutBundlingLines(): Disposable {
  const { write } = process.stderr;
  process.stderr.write = ((text: string, ...rest: []) =>
    text.startsWith('Bundling asset ') || write.call(process.stderr, text, ...rest)) as typeof write;
  return {
    [Symbol.dispose]() {
      process.stderr.write = write;
    },
  };
}
