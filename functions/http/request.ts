/** What the routes read of a request. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** API Gateway hands path parameters over decoded. */
export const sessionIdOf = (event: APIGatewayProxyEventV2): string =>
  event.pathParameters?.['sessionId'] ?? '';
