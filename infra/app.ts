/** What the CDK CLI runs (cdk.json). */
import { describeSettings } from './config-context.ts';
import { explain } from './config-error.ts';
import { sessionsApp } from './sessions-app.ts';

try {
  const app = sessionsApp();
  for (const line of describeSettings(app.node.getAllContext())) console.error(line);
  app.synth();
} catch (error) {
  const line = explain(error);
  if (line === undefined) throw error;
  console.error(line);
  process.exitCode = 1;
}
