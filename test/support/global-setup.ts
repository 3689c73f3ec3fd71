/** Synthesizes the stack and bundles its functions once for all tests, with each kind of access. */
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type SynthesizedStack, synthesize } from '../../infra/local/stack/synthesize.ts';
import { TemporaryDirectory } from '../../infra/local/temporary-directory.ts';

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
  const stacks: Partial<Record<AccessKind, SynthesizedStack>> = {};
  for (const [kind, context] of Object.entries(contexts)) {
    stacks[kind as AccessKind] = await synthesize(
      { ...context, corsOrigins: kind === 'none' ? '*' : ORIGIN },
      join(directory.path, kind),
    );
  }
  project.provide('stacks', stacks as Record<AccessKind, SynthesizedStack>);
  return () => directory[Symbol.dispose]();
}
