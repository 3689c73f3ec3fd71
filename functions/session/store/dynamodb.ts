/** The DynamoDB client of the functions, set up so that nothing is left to look up when a request comes. */
import { type AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { exactNumber } from '../exact-number.ts';
import { CONNECTION_TIMEOUT_MS, MAX_ATTEMPTS, REQUEST_TIMEOUT_MS } from '../time-budget.ts';

/** The environment variable with DynamoDB's URL. Without it the SDK finds DynamoDB by its region. */
export const ENDPOINT_VARIABLE = 'DYNAMODB_ENDPOINT';

/** Region and credentials are where Lambda puts them: in the environment. */
export function dynamoDBClient(environment: NodeJS.ProcessEnv): DynamoDBClient {
  const endpoint = environment[ENDPOINT_VARIABLE];
  const region = environment['AWS_REGION'];
  return new DynamoDBClient({
    ...(endpoint !== undefined && { endpoint }),
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
    accountIdEndpointMode: 'disabled',
    authSchemePreference: [],
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    userAgentAppId: async () => undefined,
    disableClockSkewCorrection: false,
  });
}

export const UNMARSHALL_OPTIONS = { wrapNumbers: exactNumber };

/** An item as plain values. */
export const plainItem = (item: Record<string, AttributeValue>): Record<string, unknown> =>
  unmarshall(item, UNMARSHALL_OPTIONS);
