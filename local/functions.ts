/** The functions of the stack on this machine, each with its environment. */
import { DYNAMODB_ENDPOINT, SERVICE_NAME } from '../functions/aws/environment.ts';
import { FAILURES } from '../functions/observability/log.ts';
import type { Clock } from './clock.ts';
import type { Credentials } from './dynamodb/credentials.ts';
import { LocalFunction, type OnLog } from './lambda/lambda.ts';
import type { FunctionDefinition } from './stack/stack-definition.ts';

export interface FunctionContext {
  region: string;
  /** Of DynamoDB. */
  endpoint: string;
  credentials: Credentials;
  clock: Clock;
  isDebugged: boolean;
  onLog: OnLog;
  /** Environment variables that replace those of the stack. */
  replaced: Readonly<Record<string, string>>;
}

export function buildFunction(
  definition: FunctionDefinition,
  { region, endpoint, credentials, clock, isDebugged, onLog, replaced }: FunctionContext,
): LocalFunction {
  const environment = withReplaced(definition.environment, {
    [DYNAMODB_ENDPOINT.name]: endpoint,
    ...replaced,
    // CloudWatch is not here to count.
    [SERVICE_NAME.name]: '',
  });
  const runtimeEnvironment = {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
  };
  const options = { clock: clock.shared, isDebugged, failures: FAILURES };
  return new LocalFunction({ ...definition, environment }, runtimeEnvironment, onLog, options);
}

/** Replaces only variables that the stack sets: one that it lacks is missing here too. */
function withReplaced(
  environment: Record<string, string>,
  replacements: Record<string, string>,
): Record<string, string> {
  const replaced = Object.entries(replacements).filter(([variable]) => variable in environment);
  return { ...environment, ...Object.fromEntries(replaced) };
}
