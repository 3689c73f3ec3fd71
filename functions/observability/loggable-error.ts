/** Errors whose words may be logged. Those of others may quote what a client sent or DynamoDB answered. */
import type { MetricName } from './metrics.ts';

/** An error of this service: its message quotes nothing that was sent or stored. */
export class LoggableError extends Error {
  override readonly name: string = 'LoggableError';
  /** What is counted when a request fails with it. */
  readonly metric: MetricName = 'Failures';
  /** More fields of the log line. */
  readonly fields: Readonly<Record<string, string>> = {};
}

/** AWS's own errors that say what an operator must know: of whom and of which resource, never of a request's values. */
const PLAIN_AWS_ERRORS = new Set([
  'AccessDeniedException',
  'DecryptionFailure',
  'ExpiredTokenException',
  'InternalServerError',
  'InternalServiceError',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ResourceNotFoundException',
  'ServiceUnavailable',
  'ThrottlingException',
  'UnrecognizedClientException',
]);

const WITHHELD = 'Withheld: it may quote data';

/**
 * The fields of a log line that tell what was thrown: its name, the code of a system error, its message where that may be
 * logged, where it was thrown, and the same of what caused it.
 */
export function errorFields(thrown: unknown): Record<string, unknown> {
  if (!(thrown instanceof Error))
    return { errorName: 'None', errorMessage: 'Something other than an Error was thrown' };
  const { name, message, stack = '', cause } = thrown;
  const isPlain = thrown instanceof LoggableError || ('$fault' in thrown && PLAIN_AWS_ERRORS.has(name));
  const code = 'code' in thrown ? String(thrown.code) : '';
  return {
    // A name may come from an answer too.
    errorName: /^[A-Za-z]{1,64}$/.test(name) ? name : 'Unknown',
    errorMessage: isPlain ? message : WITHHELD,
    ...(/^[A-Z_]{1,40}$/.test(code) && { errorCode: code }),
    ...(thrown instanceof LoggableError && thrown.fields),
    ...('$metadata' in thrown && { aws: thrown.$metadata }),
    stack: framesOf(stack, message),
    ...(cause !== undefined && { cause: errorFields(cause) }),
  };
}

/** The stack's lines of where it was thrown, without the message before them. */
function framesOf(stack: string, message: string): string {
  const start = stack.indexOf(message) + message.length;
  const frames = stack.slice(start).split('\n');
  return frames.filter((line) => line.startsWith('    at ')).join('\n');
}
