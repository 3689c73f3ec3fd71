/** The DynamoDB client of the functions. */
import { type AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { clientConfig } from '../../sdk/client-config.ts';
import { exactNumber } from '../exact-number.ts';

/** The environment variable with DynamoDB's URL. */
export const ENDPOINT_VARIABLE = 'DYNAMODB_ENDPOINT';

export const dynamoDBClient = (environment: NodeJS.ProcessEnv): DynamoDBClient =>
  new DynamoDBClient({
    ...clientConfig(environment, ENDPOINT_VARIABLE),
    // The SDK's own default is to look it up.
    accountIdEndpointMode: 'disabled',
  });

export const UNMARSHALL_OPTIONS = { wrapNumbers: exactNumber };

/** An item as plain values. */
export const plainItem = (item: Record<string, AttributeValue>): Record<string, unknown> =>
  unmarshall(item, UNMARSHALL_OPTIONS);
