/** Bundles as CDK's code of a function. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { bundleAll, FUNCTIONS } from '#bundles';

let bundles: ReadonlyMap<string, Uint8Array> | undefined;

/** The code of `functions/<file>.ts`, bundled by esbuild on this machine: no Docker. */
export function bundledFunction(file: string): Code {
  return Code.fromAsset(FUNCTIONS, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // CDK asks for an image to fall back to; esbuild reports its own errors, and nothing is gained by a
      // second try.
      image: DockerImage.fromRegistry('never-used'),
      // CDK bundles the same source with the same command once.
      command: [file],
      local: {
        tryBundle(outdir) {
          bundles ??= bundleAll();
          const name = `${file}.mjs`;
          const bundle = bundles.get(name);
          if (!bundle) throw new Error(`There is no functions/${file}.ts`);
          writeFileSync(join(outdir, name), bundle);
          // The CDK CLI keeps modes in the archive: under a strict umask Lambda could not read the bundle.
          chmodSync(join(outdir, name), 0o644);
          chmodSync(outdir, 0o755);
          return true;
        },
      },
    },
  });
}
