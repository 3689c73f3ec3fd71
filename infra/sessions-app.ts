/** The CDK app: the stack of one stage, with cdk-nag's AwsSolutions rules run at every synth. */
import { readFileSync } from 'node:fs';
import { App, type AppProps, Validations } from 'aws-cdk-lib';
import { Manifest } from 'aws-cdk-lib/cloud-assembly-schema';
import { AwsSolutionsChecks } from 'cdk-nag';
import { type Config, readConfig } from './config/config.ts';
import { ConfigError } from './config/config-error.ts';
import { assertBlockOf, givenSettings } from './config/context.ts';
import { toTags } from './config/tags.ts';
import { SessionsStack } from './sessions-stack.ts';

/** The stack's name, which is also that of its template: `cdk.out/<name>.template.json`. */
export const stackName = (stage: string): string => `Sessions-${stage}`;

const CDK_JSON = new URL('../cdk.json', import.meta.url);

/**
 * @param props `context` as `-c` and cdk.json give it; the CDK CLI passes its own through the environment.
 * @throws ConfigError when a setting can't be used.
 */
export function sessionsApp(props?: AppProps): App {
  assertCliReads(process.env);
  const app = new App(props);
  const context = app.node.getAllContext();
  // The CDK CLI has merged other files into it.
  if (process.env['CDK_CLI_VERSION']) assertBlockOf(readFileSync(CDK_JSON, 'utf8'), context);
  const config = readConfig(context);
  // CDK's own switch for its rules (local/stack/synthesis.ts).
  if (process.env['CDK_VALIDATION'] !== 'false') Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const region = findRegion(config);
  // A table with replicas must know its own region.
  if (config.replicas.length > 0 && region === undefined) {
    throw new ConfigError(
      `-c replicas=${config.replicas}: needs the region of the deployment, in the block of the stage or in AWS_REGION`,
    );
  }
  if (region !== undefined && config.replicas.includes(region)) {
    throw new ConfigError(`-c replicas=${config.replicas}: ${region} is where the table itself is`);
  }
  new SessionsStack(app, stackName(config.stage), {
    config,
    description: 'Durable Sessions API',
    terminationProtection: config.isProduction,
    settings: givenSettings(context),
    tags: Object.fromEntries(toTags(config.tags).map(({ key, value }) => [key, value])),
    // Always set the region if known: asset locations depend on it and would republish every function.
    ...(region !== undefined && { env: { region } }),
  });
  return app;
}

/** @throws ConfigError when the stage belongs elsewhere. */
function findRegion({ stage, region }: Config): string | undefined {
  const configured = process.env['CDK_DEFAULT_REGION'] || process.env['AWS_REGION'] || undefined;
  if (region !== undefined && configured !== undefined && region !== configured) {
    throw new ConfigError(
      `cdk.json, "${stage}": its region is ${region}, not ${configured}. Put AWS_REGION=${region} before the command`,
    );
  }
  return region ?? configured;
}

/** The CDK CLI's own words for an older one than this app needs are to install the latest, which is an old build. */
function assertCliReads({ CDK_CLI_VERSION, CDK_CLI_ASM_VERSION }: NodeJS.ProcessEnv): void {
  if (
    !CDK_CLI_ASM_VERSION ||
    Number.parseInt(CDK_CLI_ASM_VERSION, 10) >= Number.parseInt(Manifest.version(), 10)
  )
    return;
  throw new ConfigError(
    `cdk ${CDK_CLI_VERSION} is too old for this app. Run the project's own: npx cdk deploy`,
  );
}
