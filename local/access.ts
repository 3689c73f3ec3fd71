/** Auth on this machine: the stack's own authorizer, with its secret or its issuer. */
import { randomBytes } from 'node:crypto';
import { OWNER_CLAIM, SECRETS_MANAGER_ENDPOINT } from '../functions/aws/environment.ts';
import { type Authorize, discoverKeys, functionAuthorizer, jwtAuthorizer } from './gateway/authorizer.ts';
import { startJwtIssuer } from './gateway/jwt-issuer.ts';
import { type LocalSecretsManager, startSecretsManager } from './gateway/secrets-manager.ts';
import type { LocalFunction } from './lambda/lambda.ts';
import type { LocalOptions } from './options.ts';
import { SAMPLE_USER_ID } from './samples.ts';
import type { StackDefinition } from './stack/stack-definition.ts';

export interface Access {
  /** Environment variables that replace those of the stack. */
  environment: Record<string, string>;
  authorizeWith(functions: ReadonlyMap<string, LocalFunction>): Authorize;
  /** Credentials for a caller. */
  caller: Caller;
  /** Where the API keys are; undefined when there are none. */
  secrets?: LocalSecretsManager;
  /** A token of the local issuer for this user; undefined when there is none. */
  tokenFor?(userId: string): Promise<string>;
  close(): Promise<void>;
}

export interface Caller {
  headers: Record<string, string>;
  /** Shell lines that set what `curl` uses. */
  shell: string[];
  /** The arguments of a curl, with a space before. */
  curl: string;
  /** Further lines of the first screen. */
  notes: [name: string, what: string][];
}

/**
 * @param now epoch milliseconds.
 * @throws an EADDRINUSE when the issuer's port is taken.
 */
export async function openAccess(
  stack: StackDefinition,
  { apiKeys, jwtIssuerPort }: Pick<LocalOptions, 'apiKeys' | 'jwtIssuerPort'>,
  now: () => number,
): Promise<Access> {
  const definition = stack.routes.find(({ authorizer }) => authorizer)?.authorizer;
  if (!definition) return OPEN;
  if (definition.kind === 'function') {
    const keys = apiKeys ?? [randomBytes(20).toString('hex')];
    const secrets = await startSecretsManager(toSecret(keys));
    return {
      environment: { [SECRETS_MANAGER_ENDPOINT.name]: secrets.endpoint },
      authorizeWith(functions) {
        const run = functions.get(definition.functionName);
        if (!run) throw new Error(`No function ${definition.functionName}`);
        return functionAuthorizer(definition, run, now);
      },
      caller: {
        headers: { [definition.identityHeader]: keys[0] ?? '' },
        shell: [`key='${keys[0]}'`],
        curl: ` -H "${definition.identityHeader}: $key"`,
        notes: [['API keys', keys.join(', ')]],
      },
      secrets,
      close: () => secrets.close(),
    };
  }
  const ownerClaim = stack.functions.map(({ environment }) => environment[OWNER_CLAIM.name]).find(Boolean);
  const issuer = await startJwtIssuer({
    port: jwtIssuerPort,
    issuer: definition.issuer,
    audience: definition.audience[0] ?? '',
    userClaim: ownerClaim ?? 'sub',
    defaultUser: SAMPLE_USER_ID,
    cors: stack.cors,
    now,
  });
  const token = await issuer.issue(SAMPLE_USER_ID);
  return {
    environment: {},
    authorizeWith: () => jwtAuthorizer(definition, discoverKeys(issuer.origin), now),
    caller: {
      headers: { authorization: `Bearer ${token}` },
      shell: [`token=$(curl -s ${issuer.tokenUrl})`],
      curl: ' -H "authorization: Bearer $token"',
      notes: [
        ['Tokens', `${issuer.tokenUrl}?userId=<UUID>`],
        ['', `iss ${definition.issuer}, aud ${definition.audience[0]}`],
      ],
    },
    tokenFor: issuer.issue,
    close: () => issuer.close(),
  };
}

/** The secret as the stack's authorizer reads it: keys under names. */
export const toSecret = (keys: readonly string[]): string =>
  JSON.stringify(Object.fromEntries(keys.map((key, index) => [`key${index + 1}`, key])));

const OPEN: Access = {
  environment: {},
  authorizeWith: () => async () => ({}),
  caller: { headers: {}, shell: [], curl: '', notes: [] },
  close: async () => {},
};
