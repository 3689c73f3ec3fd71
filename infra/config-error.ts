/** Apart from the settings themselves, which take CDK to load: what is wrong can be told before that. */

/** A setting that can't be used. Its message is one line that names the setting and says what it may be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(message: string) {
    // A value may have line breaks.
    super(message.replace(/\s+/g, ' '));
  }
}
