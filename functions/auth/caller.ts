/** The caller of a request, from the claims that API Gateway has verified: never from the body or a header. */
import type { APIGatewayProxyEventV2, APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { OWNER_CLAIM, SERVICE_SCOPE } from '../aws/environment.ts';
import type { Caller } from '../session/caller.ts';
import { isValidKey } from '../session/store/table.ts';

type JwtContext = Partial<APIGatewayProxyEventV2WithJWTAuthorizer['requestContext']>;

/** The claims that issuers put scopes and roles in. */
const SCOPE_CLAIMS = ['scope', 'scp', 'permissions', 'roles'];

/** A claim that is missing, or longer than a key of the table, names nobody. */
export function parseCaller(event: APIGatewayProxyEventV2): Caller {
  const ownerClaim = OWNER_CLAIM.read();
  const { authorizer } = event.requestContext as JwtContext;
  if (ownerClaim === undefined) return { kind: authorizer ? 'service' : 'anyone' };
  const claims = authorizer?.jwt?.claims ?? {};
  const serviceScope = SERVICE_SCOPE.read();
  if (serviceScope !== undefined && hasScope(claims, serviceScope)) return { kind: 'service' };
  const userId = claims[ownerClaim];
  return typeof userId === 'string' && isValidKey(userId) ? { kind: 'owner', userId } : { kind: 'nobody' };
}

/** Compared whole, with its case, with each word. An HTTP API hands a list over as the text `[a b]`. */
function hasScope(claims: Readonly<Record<string, unknown>>, scope: string): boolean {
  return SCOPE_CLAIMS.some((name) => {
    const claim = claims[name];
    if (typeof claim !== 'string') return false;
    const isList = claim.startsWith('[') && claim.endsWith(']');
    return (isList ? claim.slice(1, -1) : claim).split(' ').includes(scope);
  });
}
