/** The DynamoDB client of the functions. */

import type { IncomingMessage } from 'node:http';
import { type AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { clientConfig } from '../../aws/client-config.ts';
import { DYNAMODB_ENDPOINT, type Environment } from '../../aws/environment.ts';
import { LoggableError } from '../../aws/loggable-error.ts';
import { exactNumber } from '../exact-number.ts';

/** The user agent of every call, as CloudTrail shows it. */
export const USER_AGENT = 'sessions-api';

/**
 * SDK middleware with no use here, a sixth of the first request's CPU: loggerMiddleware copies every item for a
 * logger that is not set; getUserAgentMiddleware rebuilds the user agent each time.
 */
export const UNUSED_MIDDLEWARE = ['loggerMiddleware', 'getUserAgentMiddleware'] as const;

export function dynamoDBClient(environment?: Environment): DynamoDBClient {
  const client = new DynamoDBClient({
    ...clientConfig(DYNAMODB_ENDPOINT, environment),
    // The SDK would look it up.
    accountIdEndpointMode: 'disabled',
    streamCollector: collectBytes,
  });
  for (const name of UNUSED_MIDDLEWARE) client.middlewareStack.remove(name);
  client.middlewareStack.add(
    (next) => (call) => {
      const request = call.request as { headers: Record<string, string> };
      // Headers are signed before; this one is not among them.
      request.headers['user-agent'] = USER_AGENT;
      return next(call);
    },
    { step: 'deserialize', priority: 'low' },
  );
  return client;
}

/**
 * The bytes of a response. The SDK's own collector pipes, and Node's `pipe` creates process.stdout to compare with:
 * 3% of the init phase's CPU time.
 */
export function collectBytes(response: IncomingMessage): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    response.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    response.on('end', () => {
      // The SDK takes an empty body for `{}`, which says that there is no such item. DynamoDB itself never
      // sends one.
      if (chunks.length === 0 && Number(response.statusCode) < 300)
        reject(new LoggableError('DynamoDB sent an empty response'));
      else resolve(Buffer.concat(chunks));
    });
    response.on('error', reject);
  });
}

/** An item in DynamoDB's form. */
export type Item = Record<string, AttributeValue>;

/** An item as plain values. */
export const fromItem = (item: Item): Record<string, unknown> =>
  unmarshall(item, { wrapNumbers: exactNumber });
