/** The session that a request names, for its caller. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { parseCaller } from '../auth/caller.ts';
import type { SessionReference } from '../session/store/table.ts';

/** API Gateway hands path parameters over decoded. */
export const parseReference = (event: APIGatewayProxyEventV2): SessionReference => ({
  sessionId: event.pathParameters?.['sessionId'] ?? '',
  caller: parseCaller(event),
});
