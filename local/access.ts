/** Auth on this machine: the stack's own authorizer, with its secret or its issuer. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { OWNER_CLAIM, SECRETS_MANAGER_ENDPOINT, SERVICE_SCOPE } from '../functions/aws/environment.ts';
import { type Authorize, discoverKeys, functionAuthorizer, jwtAuthorizer } from './gateway/authorizer.ts';
import { iamAuthorizer, type LocalKey } from './gateway/iam-authorizer.ts';
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
  /** A token of the local issuer for a service; undefined when there are none. */
  serviceToken?(): Promise<string>;
  /** Of the local issuer; only with auth=jwt. */
  tokenUrl?: string;
  /** The claim that names a session's owner, where sessions have owners. */
  ownerClaim?: string | undefined;
  /** Signs requests; only with auth=iam. */
  key?: LocalKey;
  /** Lets a request of the console pass without a signature. */
  trust?(request: IncomingMessage): void;
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
 * @param region that requests are signed for.
 * @param now epoch milliseconds.
 * @throws an EADDRINUSE when the issuer's port is taken.
 */
export async function openAccess(
  stack: StackDefinition,
  { apiKeys, jwtIssuerPort }: Pick<LocalOptions, 'apiKeys' | 'jwtIssuerPort'>,
  region: string,
  now: () => number,
): Promise<Access> {
  const definition = stack.routes.find(({ authorizer }) => authorizer)?.authorizer;
  if (!definition) return OPEN;
  if (definition.kind === 'iam') return openIam(region);
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
  const read = (name: string) => stack.functions.map(({ environment }) => environment[name]).find(Boolean);
  const [ownerClaim, serviceScope] = [read(OWNER_CLAIM.name), read(SERVICE_SCOPE.name)];
  const issuer = await startJwtIssuer({
    port: jwtIssuerPort,
    issuer: definition.issuer,
    audience: definition.audience[0] ?? '',
    userClaim: ownerClaim ?? 'sub',
    serviceScope,
    defaultUser: SAMPLE_USER_ID,
    cors: stack.cors,
    now,
  });
  const token = await issuer.issue(SAMPLE_USER_ID);
  const service = serviceScope === undefined ? '' : ', or ?service for a service';
  const hint = `; ${issuer.tokenUrl}?userId=<UUID> has one${service}`;
  return {
    environment: {},
    authorizeWith: () => jwtAuthorizer(definition, discoverKeys(issuer.origin), now, hint),
    caller: {
      headers: { authorization: `Bearer ${token}` },
      shell: [`token=$(curl -s ${issuer.tokenUrl})`],
      curl: ' -H "authorization: Bearer $token"',
      notes: [
        ['Tokens', `${issuer.tokenUrl}?userId=<UUID>`],
        ...(serviceScope === undefined
          ? []
          : [['Service', `${issuer.tokenUrl}?service`] as [string, string]]),
        ['', `iss ${definition.issuer}, aud ${definition.audience[0]}`],
      ],
    },
    tokenFor: issuer.issue,
    tokenUrl: issuer.tokenUrl,
    ownerClaim,
    ...(serviceScope !== undefined && { serviceToken: () => issuer.issueService(serviceScope) }),
    close: () => issuer.close(),
  };
}

function openIam(region: string): Access {
  const key = {
    accessKeyId: `LOCAL${randomBytes(6).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(20).toString('hex'),
  };
  const trusted = new WeakSet<IncomingMessage>();
  return {
    environment: {},
    authorizeWith: () => iamAuthorizer({ key, region, isTrusted: (request) => trusted.has(request) }),
    caller: {
      headers: {},
      shell: [`key=${key.accessKeyId}:${key.secretAccessKey}`],
      curl: ` --aws-sigv4 aws:amz:${region}:execute-api --user "$key"`,
      notes: [['Key', `${key.accessKeyId}, secret ${key.secretAccessKey}`]],
    },
    key,
    trust: (request) => void trusted.add(request),
    close: async () => {},
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
