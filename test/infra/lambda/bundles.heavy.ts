import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, buildSync, type Metafile } from 'esbuild';
import { describe, expect, inject, it } from 'vitest';
import * as variables from '../../../functions/aws/environment.ts';
import { AUTHORIZER } from '../../../infra/api/auth.ts';
import { buildOptions } from '../../../infra/lambda/bundles.ts';
import type { FunctionDefinition } from '../../../local/stack/stack-definition.ts';
import { readTemplate } from '../../../local/stack/template.ts';
import { findRoute } from '../../support/event.ts';

/** Kilobytes of minified JavaScript that a function may have, by what it does; with room for a change. */
function budget(name: string): number {
  if (name === AUTHORIZER.id) return 160;
  const actions = findRoute(name).tableActions.map(({ action }) => action);
  if (actions.length === 0) return 5;
  return actions.some((action) => /:(Put|Update)Item$/.test(action)) ? 205 : 192;
}

/** Packages that would mean that a bundle has what no function needs. */
const UNWANTED =
  /credential-provider-(node|sso|process|web-identity|ini|http|login|imds)|token-providers|nested-clients|bowser|source-map|endpoint-cache|mnemonist|aws-cdk|vitest|biome|fast-check|ajv/;

const { functions } = readTemplate(inject('stacks')['api-key'], 'us-east-1');

/** The folder of a function's asset, as JavaScript files with their text. */
function readFiles({ directory: asset }: FunctionDefinition): { file: string; text: string }[] {
  return readdirSync(asset).map((file) => ({ file, text: readFileSync(join(asset, file), 'utf8') }));
}

/** What esbuild says of a bundle made with these options. */
function buildMetafile(options: BuildOptions): Metafile {
  return buildSync({ ...options, write: false, metafile: true, outdir: 'nowhere' }).metafile;
}

describe('the bundle of a function', () => {
  it('is one file within its budget', () => {
    for (const definition of functions) {
      const files = readFiles(definition);
      expect(files.map(({ file }) => file)).toEqual([`${definition.handler.split('.')[0]}.mjs`]);
      expect(files[0]?.text.length).toBeLessThanOrEqual(1000 * budget(definition.name));
    }
  });

  it('reads only variables that the stack gives its function', () => {
    const names = Object.values(variables).flatMap((one) => (typeof one === 'object' ? [one.name] : []));
    // Lambda's own, and two that only deployments with owners have.
    const { AWS_REGION, FUNCTION_NAME, FUNCTION_VERSION, OWNER_CLAIM, SERVICE_SCOPE } = variables;
    const own = [AWS_REGION, FUNCTION_NAME, FUNCTION_VERSION];
    const others = [...own, OWNER_CLAIM, SERVICE_SCOPE].map(({ name }) => name);
    for (const definition of functions) {
      const [{ text = '' } = {}] = readFiles(definition);
      const used = names.filter((name) => text.includes(`"${name}"`) && !others.includes(name));
      expect([definition.name, Object.keys(definition.environment).sort()]).toEqual([
        definition.name,
        used.sort(),
      ]);
    }
  });

  it('has none of the packages that a function never needs, and no source maps', () => {
    for (const { handler } of functions) {
      const { inputs } = buildMetafile({ ...buildOptions, entryPoints: [`${handler.split('.')[0]}.ts`] });
      const packages = Object.keys(inputs).filter(
        (path) => path.includes('node_modules') && UNWANTED.test(path),
      );
      expect(packages).toEqual([]);
    }
    for (const { text } of functions.flatMap(readFiles)) expect(text).not.toContain('sourceMappingURL');
  });

  it('imports nothing when it is loaded, and later only what no function asks for', () => {
    for (const { text } of functions.flatMap(readFiles)) {
      expect(text).not.toMatch(/(^|;)import[\s{*"']/m);
      const later = [...text.matchAll(/\bimport\("([^"]+)"\)/g)].map(([, name]) => name);
      expect(buildOptions.external).toEqual(expect.arrayContaining(later));
    }
  });
});

describe('what takes the place of a part of the SDK', () => {
  const replaced = Object.entries(buildOptions.alias).filter(([name]) => name.startsWith('@'));

  /** Names that the SDK imports of a package, over all of a bundle without replacements. */
  function importedNames(name: string): string[] {
    const { inputs } = buildMetafile({
      ...buildOptions,
      alias: {},
      entryPoints: ['get-session.ts'],
    });
    const importers = Object.entries(inputs).filter(
      ([path, { imports }]) =>
        !path.includes(`${name}/`) && imports.some(({ original }) => original === name),
    );
    expect(importers, `nothing imports ${name} any more`).not.toEqual([]);
    const root = fileURLToPath(new URL('../../../functions/', import.meta.url));
    return importers.flatMap(([path]) => {
      const clauses = readFileSync(join(root, path), 'utf8').matchAll(/import \{([^}]*)\} from "([^"]+)"/g);
      return [...clauses]
        .filter(([, , from]) => from === name)
        .flatMap(([, names = '']) => names.split(',').map((one) => one.trim().split(' as ')[0] ?? ''))
        .filter((one) => one !== '');
    });
  }

  it.each(replaced)('has every name that the SDK imports of it: %s', async (name, file) => {
    const replacement: object = await import(
      /* @vite-ignore */ new URL(`../../../functions/${file}`, import.meta.url).href
    );
    for (const imported of importedNames(name)) expect(replacement).toHaveProperty(imported);
  });

  it('finds the credentials that the SDK itself would find in a function', async () => {
    const { defaultProvider } = await import('../../../functions/aws/credential-provider-node.ts');
    const original: { defaultProvider(): () => Promise<object> } = await import(
      '@aws-sdk/credential-provider-node'
    );
    const [ours, theirs] = [await defaultProvider()(), await original.defaultProvider()()];
    expect(ours).toMatchObject({ accessKeyId: 'test', secretAccessKey: 'test' });
    expect(theirs).toMatchObject({ accessKeyId: 'test', secretAccessKey: 'test' });
  });
});
