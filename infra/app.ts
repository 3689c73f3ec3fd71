/** What the CDK CLI runs (cdk.json). */
import { ConfigError } from './config-error.ts';
import { sessionsApp } from './sessions-app.ts';

try {
  sessionsApp().synth();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
