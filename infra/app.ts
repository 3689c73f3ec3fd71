/** The CDK app (cdk.json). */

import { readConfig } from './config/config.ts';
import { explain } from './config/config-error.ts';
import { describeSettings } from './config/context.ts';
import { sessionsApp } from './sessions-app.ts';

try {
  const app = sessionsApp();
  const context = app.node.getAllContext();
  for (const line of describeSettings(context, readConfig(context))) console.error(line);
  app.synth();
} catch (error) {
  const line = explain(error);
  if (line === undefined) throw error;
  console.error(line);
  // Or CDK would synthesize once more at the end.
  process.exit(1);
}
