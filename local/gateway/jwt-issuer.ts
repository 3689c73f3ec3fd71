/** An issuer of tokens on this machine, in the place of the one that the stack trusts when it is deployed. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { close, isForThisMachine, listen } from '../loopback.ts';
import type { CorsDefinition } from '../stack/stack-definition.ts';
import { corsHeaders } from './cors.ts';

export interface JwtIssuer {
  /** Where it is on this machine, and serves OIDC discovery. */
  origin: string;
  /** Gives a token for the user that its query's `userId` names, or for the default one. */
  tokenUrl: string;
  issue(userId: string): Promise<string>;
  /** A token of a trusted program, which has this scope and names no user. */
  issueService(scope: string): Promise<string>;
  close(): Promise<void>;
}

export interface IssuerOptions {
  /** On 127.0.0.1. 0 takes any free port. */
  port: number;
  /** What tokens have as `iss` and `aud`. */
  issuer: string;
  audience: string;
  /** The claim that names the user, besides `sub`. */
  userClaim: string;
  /** The scope of services' tokens; undefined where there are none. */
  serviceScope: string | undefined;
  /** Subject of a token requested without userId. */
  defaultUser: string;
  /** The pages that may fetch a token: those that may call the API. */
  cors: CorsDefinition | undefined;
  /** Epoch milliseconds. */
  now(): number;
}

const KEY_ID = 'local';

/** Of tokens for services. */
const SERVICE_SUBJECT = 'agent-server';

/** In seconds. */
const LIFETIME = 12 * 60 * 60;

/** Rejects with EADDRINUSE when the port is taken. */
export async function startJwtIssuer({
  port,
  issuer,
  audience,
  userClaim,
  serviceScope,
  defaultUser,
  cors,
  now,
}: IssuerOptions): Promise<JwtIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: KEY_ID, alg: 'RS256', use: 'sig' }] };

  const sign = (claims: JWTPayload) => {
    const issuedAt = Math.floor(now() / 1000);
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: KEY_ID })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + LIFETIME)
      .sign(privateKey);
  };
  const issue = (userId: string) => sign({ sub: userId, [userClaim]: userId });
  const issueService = (scope: string) => sign({ sub: SERVICE_SUBJECT, scope });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '', headers } = request;
    if (!isForThisMachine(headers)) return void response.writeHead(403).end();
    for (const [name, value] of Object.entries(corsHeaders(cors, request))) response.setHeader(name, value);
    const { pathname = '', searchParams } = URL.parse(url, 'http://localhost') ?? {};
    const userId = searchParams?.get('userId') || defaultUser;
    const documents: Record<string, object> = {
      [DISCOVERY_PATH]: { issuer, jwks_uri: origin + JWKS_PATH },
      [JWKS_PATH]: jwks,
    };
    const document = documents[pathname];
    if (document) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
    } else if (pathname === TOKEN_PATH) {
      const isService = serviceScope !== undefined && searchParams?.has('service');
      const token = isService ? issueService(serviceScope) : issue(userId);
      response.writeHead(200, { 'content-type': 'text/plain' }).end(await token);
    } else {
      response
        .writeHead(404)
        .end(`There are ${DISCOVERY_PATH}, ${JWKS_PATH} and ${TOKEN_PATH}?userId=<UUID>\n`);
    }
  }

  const server = createServer(respond);
  const origin = `http://127.0.0.1:${await listen(server, port)}`;
  return {
    origin,
    tokenUrl: origin + TOKEN_PATH,
    issue,
    issueService,
    close: () => close(server),
  };
}

/** OpenID Connect Discovery 1.0, section 4. */
export const DISCOVERY_PATH = '/.well-known/openid-configuration';
const JWKS_PATH = '/.well-known/jwks.json';
const TOKEN_PATH = '/token';
