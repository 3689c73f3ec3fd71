/** The log: one JSON object a line, the same in Lambda, in `sam local invoke` and on the local host. */
import { writeLine } from './log-line.ts';
import { counted, type MetricName } from './metrics.ts';

/** As much of an event as is logged. */
interface Event {
  routeKey: string;
  pathParameters?: Record<string, string | undefined>;
}

interface Request {
  /** The id that the client was given. */
  requestId: string;
  /** Lambda's own id, which its platform lines and X-Ray traces carry. */
  functionRequestId: string;
  event: Event | null;
  /** What is counted, if not what the failure itself tells. */
  metric?: MetricName;
}

/** Logs what made a request fail with a 5xx: the only place where its cause is told. */
export function logFailure(thrown: unknown, { requestId, functionRequestId, event, metric }: Request): void {
  const error = thrown instanceof Error ? thrown : new Error('Something other than an Error was thrown');
  const sessionId = event?.pathParameters?.['sessionId'];
  writeLine({
    // Lambda's JSON log format filters by `level` and orders by `timestamp` when a line has both.
    timestamp: new Date().toISOString(),
    level: 'ERROR',
    requestId,
    functionRequestId,
    route: event?.routeKey,
    ...(sessionId !== undefined && { session: shortened(String(sessionId)) }),
    errorName: error.name,
    errorMessage: error.message,
    ...('attribute' in error && { attribute: error.attribute }),
    ...('$metadata' in error && { aws: error.$metadata }),
    stack: error.stack,
    ...counted(metric ?? ('attribute' in error ? 'CorruptItems' : 'Failures')),
  });
}

/** Enough of a session id to recognise it, never enough to use it: ids are bearer secrets. */
function shortened(sessionId: string): string {
  return `${sessionId.slice(0, Math.min(8, Math.floor(sessionId.length / 4)))}…`;
}
