/**
 * API Gateway's authorizer where access is by API key: accepts a request with one of the keys as X-API-KEY.
 * API Gateway hands it over as the identity source, which is also its cache key.
 */
import type { APIGatewayRequestAuthorizerEventV2, APIGatewaySimpleAuthorizerResult } from 'aws-lambda';
import { keyRing } from './auth/key-ring.ts';
import { secretReader } from './auth/secrets-manager.ts';
import { WARM_UP_DEADLINE_MS } from './aws/deadlines.ts';
import type { InvocationContext } from './http/respond.ts';
import { logFailure } from './observability/log.ts';
import { count } from './observability/metrics.ts';

const keys = keyRing(secretReader());

/**
 * Throws when the keys can't be read, so that API Gateway returns 500. `isAuthorized: false` would be cached, and
 * would lock out a caller with a valid key for as long.
 */
export async function handler(
  event: APIGatewayRequestAuthorizerEventV2,
  { awsRequestId }: InvocationContext,
): Promise<APIGatewaySimpleAuthorizerResult> {
  try {
    const isAuthorized = await keys.holds(event.identitySource?.[0] ?? '');
    if (!isAuthorized) count('KeysRefused');
    return { isAuthorized };
  } catch (error) {
    logFailure(error, {
      requestId: event.requestContext.requestId,
      functionRequestId: awsRequestId,
      event,
      metric: 'KeysUnreadable',
    });
    throw new Error('The API keys cannot be read');
  }
}

// During init, where a function has a whole CPU. A failure surfaces at the first request.
await keys.load(WARM_UP_DEADLINE_MS).catch(() => {});
