/** The DynamoDB client of the functions, set up so that nothing is left to look up when a request comes. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { exactNumber } from '../exact-number.ts';
import { CONNECTION_TIMEOUT_MS, MAX_ATTEMPTS, REQUEST_TIMEOUT_MS } from '../time-budget.ts';

/** The environment variable with DynamoDB's URL. Without it the SDK finds DynamoDB by its region. */
export const ENDPOINT_VARIABLE = 'DYNAMODB_ENDPOINT';

/** Region and credentials are where Lambda puts them: in the environment. */
export function documentClient(environment: NodeJS.ProcessEnv): DynamoDBDocumentClient {
  const endpoint = environment[ENDPOINT_VARIABLE];
  const region = environment['AWS_REGION'];
  const client = new DynamoDBClient({
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
  return DynamoDBDocumentClient.from(client, {
    unmarshallOptions: { wrapNumbers: exactNumber },
    // A double beyond 2^53 is written in the digits that JavaScript shows of it.
    marshallOptions: { allowImpreciseNumbers: true },
  });
}
