/** The fields of an error that may be logged. */
import { LoggableError } from '../aws/loggable-error.ts';

/** AWS errors whose messages name principals and resources but never quote request values. */
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

/** An error may be its own cause. */
const MOST_CAUSES = 5;

/** Name, system error code, message where it may be logged, stack frames, and the same of the cause. */
export function errorFields(thrown: unknown, depth = 0): Record<string, unknown> {
  if (!(thrown instanceof Error))
    return { errorName: 'None', errorMessage: 'Something other than an Error was thrown' };
  const { name, message, stack = '', cause } = thrown;
  const isPlain = thrown instanceof LoggableError || ('$fault' in thrown && PLAIN_AWS_ERRORS.has(name));
  const code = 'code' in thrown ? String(thrown.code) : '';
  return {
    // A name may come from a response.
    errorName: /^[A-Za-z]{1,64}$/.test(name) ? name : 'Unknown',
    errorMessage: isPlain ? message : WITHHELD,
    ...(/^[A-Z_]{1,40}$/.test(code) && { errorCode: code }),
    ...(thrown instanceof LoggableError && thrown.fields),
    ...('$metadata' in thrown && { aws: thrown.$metadata }),
    stack: extractFrames(stack, message),
    ...(cause !== undefined && depth < MOST_CAUSES && { cause: errorFields(cause, depth + 1) }),
  };
}

/** The frames of a stack, without the message before them. */
function extractFrames(stack: string, message: string): string {
  const start = stack.indexOf(message) + message.length;
  const frames = stack.slice(start).split('\n');
  return frames.filter((line) => line.startsWith('    at ')).join('\n');
}
