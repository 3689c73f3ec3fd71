/** The configuration of every AWS client, complete: the first request looks nothing up. */
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { EventBridgeClientConfig } from '@aws-sdk/client-eventbridge';
import type { SchedulerClientConfig } from '@aws-sdk/client-scheduler';
import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import './json-parse.ts';
import { CONNECTION_TIMEOUT_MS, MAX_ATTEMPTS, REQUEST_TIMEOUT_MS } from './deadlines.ts';
import { AWS_REGION, type Environment, type Variable } from './environment.ts';

/**
 * Region and credentials are where Lambda puts them: in the environment.
 * @param endpointVariable the service's URL. Without it the SDK finds it by the region.
 */
export function clientConfig(
  endpointVariable: Variable<string | undefined>,
  environment?: Environment,
): DynamoDBClientConfig & SecretsManagerClientConfig & EventBridgeClientConfig & SchedulerClientConfig {
  const endpoint = endpointVariable.read(environment);
  const region = AWS_REGION.read(environment);
  return {
    ...(endpoint !== undefined && {
      endpoint,
      // Same URL as the SDK's endpoint rules, without compiling and running them.
      endpointProvider: () => ({ url: new URL(endpoint) }),
    }),
    ...(region !== undefined && { region }),
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
    maxAttempts: MAX_ATTEMPTS,
    // The SDK's own defaults, which it would look up in the environment and in files that a function lacks.
    retryMode: 'standard',
    defaultsMode: 'legacy',
    authSchemePreference: [],
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    userAgentAppId: async () => undefined,
    disableClockSkewCorrection: false,
  };
}
