/** The CDK app (cdk.json). */

import { explain } from './config/config-error.ts';
import { describeSettings } from './config/context.ts';
import { sessionsApp } from './sessions-app.ts';

try {
  const app = sessionsApp();
  for (const line of describeSettings(app.node.getAllContext())) console.error(line);
  app.synth();
} catch (error) {
  const line = explain(error);
  if (line === undefined) throw error;
  console.error(line);
  // Or CDK would synthesize once more at the end.
  process.exit(1);
}
