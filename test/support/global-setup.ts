/** Synthesizes the stack and bundles its functions once for all tests, with each kind of access. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { type SynthesizedStack, synthesize } from '../../local/stack/synthesis.ts';
import { TemporaryDirectory } from '../../local/temporary-directory.ts';
import { UNTHROTTLED } from '../tools/unthrottled.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The whole stack, with every route, for each kind of access. */
    stacks: Record<AccessKind, SynthesizedStack>;
  }
}

const JWT = { auth: 'jwt', jwtIssuer: 'https://issuer.example', jwtAudience: 'sessions' };

/** Settings for each kind of access; browsers may call from one origin. */
const contexts = {
  none: { list: 'on' },
  'api-key': { auth: 'api-key' },
  jwt: JWT,
  /** Callers have sessions of their own. */
  owner: { ...JWT, ownerClaim: 'user' },
} satisfies Record<string, Record<string, string>>;

export type AccessKind = keyof typeof contexts;

/** The origin that every stack but the open one allows. */
export const ORIGIN = 'https://app.example';

export default async function setUp(project: TestProject): Promise<() => void> {
  const directory = new TemporaryDirectory();
  const app = fileURLToPath(new URL('../../infra/app.ts', import.meta.url));
  const stacks = await Promise.all(
    Object.entries(contexts).map(async ([kind, settings]) => {
      const context = { ...settings, ...UNTHROTTLED, corsOrigins: kind === 'none' ? '*' : ORIGIN };
      return [kind, await synthesize({ app, context, outdir: join(directory.path, kind) })];
    }),
  );
  project.provide('stacks', Object.fromEntries(stacks));
  return () => directory[Symbol.dispose]();
}
