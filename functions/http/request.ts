/** What routes read of a request. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { parseCaller } from '../auth/caller.ts';
import type { SessionReference } from '../session/store/table.ts';

/**
 * API Gateway hands headers over in lower case; `sam local start-api` capitalizes them. @param name in lower
 * case.
 */
export function readHeader(
  { headers = {} }: Partial<APIGatewayProxyEventV2>,
  name: string,
): string | undefined {
  const sent = headers[name];
  if (sent !== undefined) return sent;
  const other = Object.keys(headers).find((key) => key.toLowerCase() === name);
  return other === undefined ? undefined : headers[other];
}

/** The session that the path names, for the caller. API Gateway hands path parameters over decoded. */
export const parseReference = (event: APIGatewayProxyEventV2): SessionReference => ({
  sessionId: event.pathParameters?.['sessionId'] ?? '',
  caller: parseCaller(event),
});
