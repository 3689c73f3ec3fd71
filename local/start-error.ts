/** A reason why the local host can't start. Its message is one line that says what to change. */
export class StartError extends Error {
  override readonly name = 'StartError';

  constructor(message: string) {
    // A value may have line breaks.
    super(message.trim().replace(/\s+/g, ' '));
  }
}

/** The one line for the user; undefined for an error that is no fault of theirs or of their system. */
export function explain(error: unknown): string | undefined {
  if (error instanceof StartError) return error.message;
  return error instanceof Error && 'syscall' in error ? error.message : undefined;
}
