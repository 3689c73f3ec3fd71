/** In its own file, so that errors can be reported without loading CDK. */

/** A setting that can't be used. Its message is one line that names the setting and says what it may be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(message: string) {
    // A value may have line breaks.
    super(message.replace(/\s+/g, ' '));
  }
}

/**
 * What a user can mend, in one line: a setting, or a call that the system refused, such as a write to a full
 * disk. Undefined for every other error. CDK wraps what fails in a bundling, as text.
 */
export function explain(error: unknown): string | undefined {
  if (error instanceof ConfigError) return error.message;
  return String(error).match(/\bE[A-Z]{3,}: [^\n]+/)?.[0];
}
