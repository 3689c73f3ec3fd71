/** How a function becomes the folder that is deployed, run by the local host and measured. */
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, buildSync } from 'esbuild';

const FUNCTIONS = fileURLToPath(new URL('../functions/', import.meta.url));

export const buildOptions = {
  absWorkingDir: FUNCTIONS,
  bundle: true,
  // The SDK goes into the bundle: loading the runtime's own copy is slower, and its version is not ours to pin.
  packages: 'bundle',
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // The SDK's ES modules, which tree-shake. Its CommonJS files `require` Node's builtins, which an ES module can't.
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.mjs' },
  // Modules that the SDK imports lazily stay in files of their own. Without this, one file holds them all and the
  // imports of Node's builtins that only they need are hoisted to its top.
  splitting: true,
  minify: true,
  // What a stack trace in the log is read by.
  keepNames: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** The code of `functions/<file>.ts`, bundled by esbuild on this machine: no Docker. */
export function bundledFunction(file: string): Code {
  return Code.fromAsset(FUNCTIONS, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // CDK asks for an image to fall back to; esbuild reports its own errors, and nothing is gained by a second try.
      image: DockerImage.fromRegistry('never-used'),
      local: {
        tryBundle(outdir) {
          buildSync({ ...buildOptions, entryPoints: [`${file}.ts`], outdir });
          return true;
        },
      },
    },
  });
}
