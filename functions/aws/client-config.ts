/** What every client of the AWS SDK is given, so that nothing is left to look up when a request comes. */
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { CONNECTION_TIMEOUT_MS, MAX_ATTEMPTS, REQUEST_TIMEOUT_MS } from './deadlines.ts';

/**
 * Region and credentials are where Lambda puts them: in the environment.
 * @param endpointVariable the environment variable with the service's URL. Without it the SDK finds it by the region.
 */
export function clientConfig(
  environment: NodeJS.ProcessEnv,
  endpointVariable: string,
): DynamoDBClientConfig & SecretsManagerClientConfig {
  const endpoint = environment[endpointVariable] || undefined;
  const region = environment['AWS_REGION'];
  return {
    ...(endpoint !== undefined && {
      endpoint,
      // The SDK's rules would come to the same, but their code is to be compiled and run before the first call.
      endpointProvider: () => ({ url: new URL(endpoint) }),
    }),
    ...(region !== undefined && { region }),
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
    maxAttempts: MAX_ATTEMPTS,
    // What is not given here, the SDK looks up at its first call, in the environment and then in configuration files
    // that a function does not have. These are its own defaults.
    retryMode: 'standard',
    defaultsMode: 'legacy',
    authSchemePreference: [],
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    userAgentAppId: async () => undefined,
    disableClockSkewCorrection: false,
  };
}
