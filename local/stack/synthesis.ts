/**
 * Synthesizes a CDK app as the CDK CLI does: in a process that ends. CDK leaves half a gigabyte behind in the one
 * that has loaded it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { StartError } from '../start-error.ts';

type Context = Readonly<Record<string, unknown>>;

export interface SynthesizedStack {
  name: string;
  /** The cloud assembly's folder: `aws:asset:path` metadata is relative to it. */
  directory: string;
  template: unknown;
}

export interface SynthesisRequest {
  /** The file of the app; cdk.json is in the folder above its own. */
  app: string;
  /** What `-c key=value` gives; cdk.json's own context lies beneath it. */
  context: Context;
  /** What the app gets of the context, merged. */
  arrange?(context: Context): Context;
  /** The folder that the assembly is written to. */
  outdir: string;
}

/** @throws StartError with what the app has printed. */
export async function synthesize(
  { app, context, outdir, arrange = (merged) => merged }: SynthesisRequest,
  signal?: AbortSignal,
): Promise<SynthesizedStack> {
  const root = join(dirname(app), '..');
  const cdkJson: { context: Context } = JSON.parse(await readFile(join(root, 'cdk.json'), 'utf8'));
  const child = spawn(process.execPath, [app], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(signal && { signal }),
    killSignal: 'SIGKILL',
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({
        ...arrange(merge(cdkJson.context, context)),
        // The CLI sets these two: where a function's code lies, and under which construct.
        'aws:cdk:enable-asset-metadata': true,
        'aws:cdk:enable-path-metadata': true,
      }),
      // Checking CloudFormation's rules and cdk-nag's takes longer than all the rest, and they hold for what is
      // deployed: `cdk synth` and the tests check them.
      CDK_VALIDATION: 'false',
    },
  });
  const [printed, [code, ended]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  const why = printed.replace(/^Bundling asset .*\n/gm, '');
  if (code !== 0) throw new StartError(why || `The synthesis of the stack ended with ${ended ?? code}`);
  const manifest = JSON.parse(await readFile(join(outdir, 'manifest.json'), 'utf8'));
  for (const [name, artifact] of Object.entries<Artifact>(manifest.artifacts)) {
    if (artifact.type !== 'aws:cloudformation:stack') continue;
    const file = join(outdir, artifact.properties.templateFile);
    return { name, directory: outdir, template: JSON.parse(await readFile(file, 'utf8')) };
  }
  throw new StartError(`${app} has no stack`);
}

interface Artifact {
  type: string;
  properties: { templateFile: string };
}

/** Objects key by key: a stage's block in cdk.json keeps what is not given. */
function merge(base: Context, over: Context): Context {
  const isObject = (value: unknown): value is Context =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const merged = Object.entries(over).map(([key, value]) => {
    const below = base[key];
    return [key, isObject(below) && isObject(value) ? merge(below, value) : value];
  });
  return { ...base, ...Object.fromEntries(merged) };
}
