/**
 * API Gateway's authorizer where access is by API key: lets a request pass that has one of the keys as X-API-KEY. API
 * Gateway hands it over as the identity source, which is also what it remembers answers by.
 */
import type { APIGatewayRequestAuthorizerEventV2, APIGatewaySimpleAuthorizerResult } from 'aws-lambda';
import { keyRing } from './auth/key-ring.ts';
import { secretReader } from './auth/secrets-manager.ts';
import type { InvocationContext } from './http/respond.ts';
import { logFailure } from './observability/log.ts';
import { count } from './observability/metrics.ts';

const keys = keyRing(secretReader());

/**
 * Rejects when the keys can't be read, which API Gateway answers with 500: a refusal would be remembered, and a caller
 * with a good key kept out for as long.
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
    throw new Error('The API keys can not be read');
  }
}

// In init, where a function has a whole CPU. A secret that can't be read is met by the first request.
await keys.load().catch(() => {});
