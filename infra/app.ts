/** What the CDK CLI runs (cdk.json). */
import { describeSettings } from './config-context.ts';
import { ConfigError } from './config-error.ts';
import { sessionsApp } from './sessions-app.ts';

try {
  const app = sessionsApp();
  for (const line of describeSettings(app.node.getAllContext())) console.error(line);
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
