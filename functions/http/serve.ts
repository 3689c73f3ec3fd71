/** Serves a route: its table, its warm-up and its responses. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { parseCaller } from '../auth/caller.ts';
import { OWNER_CLAIM } from '../aws/environment.ts';
import { type SessionsTable, sessionsTable } from '../session/store/table.ts';
import { SAMPLE_ID, warmUp } from '../session/store/warm-up.ts';
import { type Handler, type Route, respond, toResult } from './respond.ts';

/** A warm-up's event, as far as a route needs it. */
export interface Sample {
  body?: object;
  query?: Record<string, string>;
  /** How often the route runs; only the first time its calls are sent. */
  runs?: number;
}

/**
 * The Lambda handler of a route, after its warm-up: the route runs during init, where a function has a whole
 * CPU; afterwards it has its memory's share of one. The response is discarded; nothing is logged or counted.
 */
export async function serve(
  toRoute: (table: SessionsTable) => Route,
  sample: Sample = {},
  table = sessionsTable(),
): Promise<Handler> {
  // An instance of its own: a route must not cache sample data.
  const route = toRoute(table);
  const { runs = 1 } = sample;
  await warmUp(table, async () => {
    for (let run = 0; run < runs; run++) toResult(await route(buildEvent(sample)), 'warm-up');
  });
  return respond(toRoute(table), describeCaller);
}

/** Nobody has sessions of their own in a public API. */
function describeCaller(event: APIGatewayProxyEventV2): { caller?: string } {
  const { kind } = parseCaller(event);
  return kind === 'service' || kind === 'owner' ? { caller: kind } : {};
}

function buildEvent({ body, query }: Sample): APIGatewayProxyEventV2 {
  return {
    pathParameters: { sessionId: SAMPLE_ID },
    ...(query && { queryStringParameters: query }),
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    requestContext: { authorizer: { jwt: { claims: { [OWNER_CLAIM.read() ?? '']: SAMPLE_ID } } } },
  } as unknown as APIGatewayProxyEventV2;
}
