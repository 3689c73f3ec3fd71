/** Its message may be logged. The message of any other error may quote a request or a response. */
export class LoggableError extends Error {
  override readonly name: string = 'LoggableError';
  /** The metric that counts a request that fails with it. */
  readonly metric: 'Failures' | 'CorruptItems' = 'Failures';
  /** Further fields of the log line. */
  readonly fields: Readonly<Record<string, string>> = {};
}
