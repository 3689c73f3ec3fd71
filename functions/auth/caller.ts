/** The caller of a request, from the claims that API Gateway's authorizer has verified. */
import type { APIGatewayProxyEventV2, APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { OWNER_CLAIM } from '../aws/environment.ts';
import type { Caller } from '../session/caller.ts';
import { isValidKey } from '../session/store/table.ts';

type JwtContext = Partial<APIGatewayProxyEventV2WithJWTAuthorizer['requestContext']>;

/** A claim that is missing, or longer than a key of the table, names nobody. */
export function parseCaller(event: APIGatewayProxyEventV2): Caller {
  const ownerClaim = OWNER_CLAIM.read();
  if (ownerClaim === undefined) return { kind: 'anyone' };
  const userId = (event.requestContext as JwtContext).authorizer?.jwt?.claims?.[ownerClaim];
  return typeof userId === 'string' && isValidKey(userId) ? { kind: 'owner', userId } : { kind: 'nobody' };
}
