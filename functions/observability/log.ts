/** The log: one JSON object a line, the same in Lambda, in `sam local invoke` and on the local host. */
import { channel } from 'node:diagnostics_channel';
import { LoggableError } from '../aws/loggable-error.ts';
import { errorFields } from './error-fields.ts';
import { writeLine } from './log-line.ts';
import { counted, type MetricName } from './metrics.ts';

/** The part of an event that is logged. */
interface Event {
  routeKey: string;
  pathParameters?: Record<string, string | undefined>;
}

interface Request {
  /** The id in the client's response. */
  requestId: string;
  /** Lambda's own id, which its platform lines and X-Ray traces carry. */
  functionRequestId: string;
  event: Event | null;
  /** What kind of caller sent it, where that is known. */
  caller?: string | undefined;
  /** Counted instead of the failure's own metric. */
  metric?: MetricName;
}

/** Has whatever was thrown, for a developer's machine: its message may quote data, so the log withholds it. */
export const FAILURES = 'sessions-api:failure';

/** Logs the cause of a 5xx, which clients don't see. Repeats nothing of the request or the response. */
export function logFailure(
  thrown: unknown,
  { requestId, functionRequestId, event, caller, metric }: Request,
): void {
  channel(FAILURES).publish(thrown);
  const sessionId = event?.pathParameters?.['sessionId'];
  writeLine({
    // Lambda's JSON log format filters by `level` and orders by `timestamp` when a line has both.
    timestamp: new Date().toISOString(),
    level: 'ERROR',
    requestId,
    functionRequestId,
    route: event?.routeKey,
    ...(caller !== undefined && { caller }),
    ...(sessionId !== undefined && { session: shortened(String(sessionId)) }),
    ...errorFields(thrown),
    ...counted(metric ?? (thrown instanceof LoggableError ? thrown.metric : 'Failures'), 1, true),
  });
}

/** Enough of a session id to recognize it, too little to use it: ids are bearer secrets. */
function shortened(sessionId: string): string {
  return `${sessionId.slice(0, Math.min(8, Math.floor(sessionId.length / 4)))}…`;
}
