/** The DynamoDB client of the functions. */
import { type AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { clientConfig } from '../../sdk/client-config.ts';
import { exactNumber } from '../exact-number.ts';

/** The environment variable with DynamoDB's URL. */
export const ENDPOINT_VARIABLE = 'DYNAMODB_ENDPOINT';

export function dynamoDBClient(environment: NodeJS.ProcessEnv): DynamoDBClient {
  const client = new DynamoDBClient({
    ...clientConfig(environment, ENDPOINT_VARIABLE),
    // The SDK's own default is to look it up.
    accountIdEndpointMode: 'disabled',
  });
  client.middlewareStack.add(
    (next) => async (request) => {
      const result = await next(request);
      const { headers } = result.response as { headers: Record<string, string> };
      // The SDK takes an empty body for `{}`, which says that there is no such item. DynamoDB itself never sends one.
      if (headers['content-length'] === '0') throw new Error('DynamoDB answered nothing');
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  return client;
}

export const UNMARSHALL_OPTIONS = { wrapNumbers: exactNumber };

/** An item as plain values. */
export const plainItem = (item: Record<string, AttributeValue>): Record<string, unknown> =>
  unmarshall(item, UNMARSHALL_OPTIONS);
