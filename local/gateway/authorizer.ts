/** The authorizers that API Gateway calls before a route's function, and its responses to those rejected. */
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { LocalFunction, OnLog } from '../lambda/lambda.ts';
import type { AuthorizerDefinition } from '../stack/stack-definition.ts';
import { GatewayError } from './gateway-error.ts';
import { DISCOVERY_PATH } from './jwt-issuer.ts';

/**
 * Returns `requestContext.authorizer` for an authorized event.
 * @throws GatewayError 401 or 403.
 */
export type Authorize = (event: APIGatewayProxyEventV2, onLog: OnLog, sent: Sent) => Promise<object>;

/** The request as it was sent. */
export interface Sent {
  request: IncomingMessage;
  body: Buffer;
}

type OfKind<Kind> = Extract<AuthorizerDefinition, { kind: Kind }>;

/** Results in the cache; beyond, the oldest is dropped. */
const MAX_CACHED = 1000;

/** @param now epoch milliseconds. */
export function functionAuthorizer(
  { identityHeader, cacheSeconds }: OfKind<'function'>,
  run: LocalFunction,
  now: () => number,
): (event: APIGatewayProxyEventV2, onLog?: OnLog) => Promise<object> {
  const cached = new Map<string, { isAuthorized: boolean; at: number }>();
  return async (event, onLog) => {
    const identity = event.headers[identityHeader];
    if (!identity) throw unauthorized(`Send a key as ${identityHeader}`);
    let result = cached.get(identity);
    const age = now() - (result?.at ?? 0);
    // A negative age is old: the clock was set back.
    if (!result || age < 0 || age >= cacheSeconds * 1000) {
      const isAuthorized = await ask(run, event, identity, onLog);
      result = { isAuthorized, at: now() };
      cached.delete(identity);
      cached.set(identity, result);
      const [oldest] = cached.keys();
      if (cached.size > MAX_CACHED && oldest !== undefined) cached.delete(oldest);
    }
    if (!result.isAuthorized) throw new GatewayError(403, 'Unknown API key');
    return { lambda: {} };
  };
}

/** Payload format 2.0 with simple responses. */
async function ask(
  run: LocalFunction,
  event: APIGatewayProxyEventV2,
  identity: string,
  onLog?: OnLog,
): Promise<boolean> {
  const { body: _body, isBase64Encoded: _isBase64Encoded, ...request } = event;
  const routeArn = `arn:aws:execute-api:local:000000000000:local/$default/${event.rawPath}`;
  const result = await run.invoke(
    { ...request, type: 'REQUEST', identitySource: [identity], routeArn },
    onLog,
  );
  const { isAuthorized } = (result ?? {}) as { isAuthorized?: unknown };
  if (typeof isAuthorized !== 'boolean') throw new Error('The authorizer did not say whether it authorizes');
  return isAuthorized;
}

/** The algorithms that API Gateway accepts (its developer guide, "JWT authorizers"). */
const ALGORITHMS = ['RS256', 'RS384', 'RS512'];

/**
 * @param keys the issuer's.
 * @param hint where a developer gets a token.
 * @param now epoch milliseconds.
 */
export function jwtAuthorizer(
  { issuer, audience }: OfKind<'jwt'>,
  keys: JWTVerifyGetKey,
  now: () => number,
  hint = '',
): (event: Pick<APIGatewayProxyEventV2, 'headers'>) => Promise<object> {
  return async ({ headers }) => {
    const token = headers['authorization']?.replace(/^Bearer\s+/i, '');
    if (!token) throw unauthorized(`Send a token as authorization: Bearer <token>${hint}`, 'Bearer');
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp'],
        currentDate: new Date(now()),
      });
      const meant = [payload.aud ?? payload['client_id']].flat();
      if (!meant.some((one) => typeof one === 'string' && audience.includes(one))) {
        throw new errors.JWTClaimValidationFailed('for another audience', payload, 'aud');
      }
      if (payload.iat !== undefined && payload.iat * 1000 > now()) {
        throw new errors.JWTClaimValidationFailed('issued in the future', payload, 'iat');
      }
      return { jwt: { claims: asText(payload), scopes: null } };
    } catch (error) {
      if (error instanceof errors.JOSEError) {
        throw unauthorized(`The token is not valid: ${error.message}`, 'Bearer error="invalid_token"');
      }
      throw error;
    }
  };
}

/**
 * The keys of an issuer, found when they are first needed as API Gateway finds them: by OIDC discovery.
 * Nothing but the local issuer is ever asked, which stands in for the one of the settings.
 * @param origin the local issuer's.
 */
export function discoverKeys(origin: string): JWTVerifyGetKey {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  const discover = async () => {
    const response = await fetch(origin + DISCOVERY_PATH);
    const { jwks_uri: url = '' } = (await response.json()) as { jwks_uri?: string };
    if (new URL(url).origin !== origin) throw new Error(`The keys of ${origin} are elsewhere: ${url}`);
    return createRemoteJWKSet(new URL(url));
  };
  return async (header, token) => {
    keys ??= discover();
    return (await keys)(header, token);
  };
}

/** API Gateway hands all claims over as text. */
function asText(payload: JWTPayload): Record<string, string> {
  const text = (value: unknown): string =>
    Array.isArray(value) ? `[${value.map(text).join(' ')}]` : typeof value === 'object' ? '' : String(value);
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, text(value)]));
}

const unauthorized = (why: string, challenge?: string) =>
  new GatewayError(401, why, {
    ...(challenge !== undefined && { 'www-authenticate': challenge }),
  });
