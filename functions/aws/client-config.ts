/** What every client of the AWS SDK is given, so that nothing is left to look up when a request comes. */
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
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
): DynamoDBClientConfig & SecretsManagerClientConfig {
  const endpoint = endpointVariable.read(environment);
  const region = AWS_REGION.read(environment);
  return {
    ...(endpoint !== undefined && {
      endpoint,
      // The SDK's rules would come to the same, but their code is to be compiled and run before the first
      // call.
      endpointProvider: () => ({ url: new URL(endpoint) }),
    }),
    ...(region !== undefined && { region }),
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
    maxAttempts: MAX_ATTEMPTS,
    // What is not given here, the SDK looks up at its first call, in the environment and then in
    // configuration files that a function does not have. These are its own defaults.
    retryMode: 'standard',
    defaultsMode: 'legacy',
    authSchemePreference: [],
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    userAgentAppId: async () => undefined,
    disableClockSkewCorrection: false,
  };
}
