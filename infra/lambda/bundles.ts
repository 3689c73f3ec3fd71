/** Bundles the functions by esbuild: for deployment, the local host and the bench. */
import { readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, buildSync } from 'esbuild';

export const FUNCTIONS = fileURLToPath(new URL('../../functions/', import.meta.url));

/**
 * Each of Node's builtins as a module that loads the builtin when something of it is used. A bundle imports
 * what every one of its modules might need, and loading node:fs/promises or node:zlib costs milliseconds;
 * besides, an ES module that imports a builtin reads all of its exports, and reading node:http's loads undici
 * (nodejs/node#59686).
 */
const builtinAliases = Object.fromEntries(
  builtinModules
    .flatMap((name) => (name.startsWith('node:') ? [name] : [name, `node:${name}`]))
    .map((name) => [name, `data:text/javascript,${encodeURIComponent(lazyBuiltin(name))}`]),
);

/** An object without own properties, whose prototype reads each property from the builtin. */
function lazyBuiltin(name: string): string {
  return `
    let builtin;
    module.exports = Object.create(new Proxy({}, {
      get: (_, key) => key === '__esModule' ? undefined : (builtin ??= process.getBuiltinModule('${name}'))[key],
    }));
  `;
}

/**
 * esbuild's options for a function. The kilobytes and milliseconds are those of GET, measured by `npm run
 * bench`.
 */
export const buildOptions = {
  absWorkingDir: FUNCTIONS,
  bundle: true,
  // The SDK goes into the bundle: loading the runtime's own copy is slower, and its version is not ours to
  // pin.
  packages: 'bundle',
  platform: 'node',
  target: 'node24',
  // An ES module may await its first call to DynamoDB during init.
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  // The SDK's ES modules, which tree-shake. Its CommonJS files `require` Node's builtins, which an ES module
  // can't.
  mainFields: ['module', 'main'],
  minify: true,
  // The stand-ins for parts of the SDK in functions/aws, each with its reason.
  alias: {
    ...builtinAliases,
    // -157 KB
    '@aws-sdk/credential-provider-node': './aws/credential-provider-node.ts',
    // -9 KB
    '@aws-sdk/middleware-endpoint-discovery': './aws/middleware-endpoint-discovery.ts',
  },
  // -49 KB. The SDK imports these two only when they are needed, and a function never needs them: bowser
  // reads the user agents of browsers, event streams are not in DynamoDB's protocol.
  external: ['bowser', '@smithy/core/event-streams'],
  // No body that the SDK sends or receives in Node.js is a web stream, and asking whether one is takes 5 ms:
  // it loads all of Node's web streams. The SDK asks of responses that it collects itself, and of requests that
  // failed.
  define: { ReadableStream: 'undefined' },
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** The files in functions/ that are entry points, each with a bundle of its own. */
export const entryPoints = (): string[] => readdirSync(FUNCTIONS).filter((file) => file.endsWith('.ts'));

/** The bundles by file name, all together in less time than one after the other. */
export function bundleAll(): ReadonlyMap<string, Uint8Array> {
  const output = { entryPoints: entryPoints(), outdir: FUNCTIONS, write: false } as const;
  const { outputFiles } = buildSync({ ...buildOptions, ...output });
  return new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
}
