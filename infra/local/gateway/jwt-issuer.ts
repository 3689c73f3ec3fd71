/** An issuer of tokens on this machine, in the place of the one that the stack trusts when it is deployed. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRemoteJWKSet, exportJWK, generateKeyPair, type JWTVerifyGetKey, SignJWT } from 'jose';
import { close, isForThisMachine, listen } from '../loopback.ts';

export interface JwtIssuer {
  jwksUrl: string;
  /** Gives a token for the user that its query's `userId` names. */
  tokenUrl: string;
  /** The keys, fetched from `jwksUrl` when they are first needed. */
  keys: JWTVerifyGetKey;
  issue(userId: string): Promise<string>;
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
}

const KEY_ID = 'local';

const LIFETIME = '12h';

/** Rejects with EADDRINUSE when the port is taken. */
export async function startJwtIssuer({
  port,
  issuer,
  audience,
  userClaim,
}: IssuerOptions): Promise<JwtIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: KEY_ID, alg: 'RS256', use: 'sig' }] };

  const issue = (userId: string) =>
    new SignJWT({ sub: userId, [userClaim]: userId })
      .setProtectedHeader({ alg: 'RS256', kid: KEY_ID })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(LIFETIME)
      .sign(privateKey);

  async function answer({ url = '', headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isForThisMachine(headers)) return void response.writeHead(403).end();
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const userId = searchParams.get('userId');
    if (pathname === JWKS_PATH) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(jwks));
    } else if (pathname === TOKEN_PATH && userId) {
      response.writeHead(200, { 'content-type': 'text/plain' }).end(await issue(userId));
    } else {
      response.writeHead(404).end(`There are ${JWKS_PATH} and ${TOKEN_PATH}?userId=<UUID>\n`);
    }
  }

  const server = createServer(answer);
  const origin = `http://127.0.0.1:${await listen(server, port)}`;
  const jwksUrl = origin + JWKS_PATH;
  return {
    jwksUrl,
    tokenUrl: origin + TOKEN_PATH,
    keys: createRemoteJWKSet(new URL(jwksUrl)),
    issue,
    close: () => close(server),
  };
}

const JWKS_PATH = '/.well-known/jwks.json';
const TOKEN_PATH = '/token';
