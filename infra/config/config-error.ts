/** In its own file, so that errors can be reported without loading CDK. */

/** An invalid setting. Its message is one line that names the setting and the accepted values. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(message: string) {
    // A value may have line breaks.
    super(message.replace(/\s+/g, ' '));
  }
}

/**
 * The message of an error that the user can fix: an invalid setting, or a failed system call, such as a write to a
 * full disk, whose text CDK wraps. Undefined for every other error.
 */
export function explain(error: unknown): string | undefined {
  if (error instanceof ConfigError) return error.message;
  return String(error).match(/\bE[A-Z]{3,}: [^\n]+/)?.[0];
}
