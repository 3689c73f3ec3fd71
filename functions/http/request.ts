/** What the routes read of a request. */
import type { APIGatewayProxyEventV2, APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { isValidKey, type SessionReference } from '../session/store/table.ts';

/** The environment variable with the claim of a caller's token that names the user whose sessions are the caller's. */
export const OWNER_VARIABLE = 'OWNER_CLAIM';

const ownerClaim = process.env[OWNER_VARIABLE];

/** Whether callers have sessions of their own. */
export const hasOwners = ownerClaim !== undefined;

/** The session that the path names, as far as it is the caller's. API Gateway hands path parameters over decoded. */
export const parseReference = (event: APIGatewayProxyEventV2): SessionReference => ({
  sessionId: event.pathParameters?.['sessionId'] ?? '',
  owner: parseOwner(event),
});

/**
 * The user whose sessions alone the caller may use; undefined where callers may use all. A caller whose token does not
 * have the claim, or one that no key can be, is '', who owns nothing.
 */
export function parseOwner(event: APIGatewayProxyEventV2): string | undefined {
  if (ownerClaim === undefined) return undefined;
  const { authorizer } = event.requestContext as Partial<
    APIGatewayProxyEventV2WithJWTAuthorizer['requestContext']
  >;
  const claim = authorizer?.jwt?.claims?.[ownerClaim];
  return typeof claim === 'string' && isValidKey(claim) ? claim : '';
}
