/** The DynamoDB client of the functions. */

import type { IncomingMessage } from 'node:http';
import { type AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { clientConfig } from '../../aws/client-config.ts';
import { DYNAMODB_ENDPOINT, type Environment } from '../../aws/environment.ts';
import { LoggableError } from '../../aws/loggable-error.ts';
import { exactNumber } from '../exact-number.ts';

/** What calls are named by in CloudTrail. */
export const USER_AGENT = 'sessions-api';

/**
 * Of the SDK's middleware, what only costs here: a sixth of the first request's CPU time, in the bench's
 * sandbox. The one copies every item, value by value, for a logger that does not print; the other composes at
 * every request the names of the SDK and of Node.js.
 */
export const UNUSED_MIDDLEWARE = ['loggerMiddleware', 'getUserAgentMiddleware'] as const;

export function dynamoDBClient(environment?: Environment): DynamoDBClient {
  const client = new DynamoDBClient({
    ...clientConfig(DYNAMODB_ENDPOINT, environment),
    // The SDK's own default is to look it up.
    accountIdEndpointMode: 'disabled',
    streamCollector: collectBytes,
  });
  for (const name of UNUSED_MIDDLEWARE) client.middlewareStack.remove(name);
  client.middlewareStack.add(
    (next) => (call) => {
      const request = call.request as { headers: Record<string, string> };
      // No part of what is signed.
      request.headers['user-agent'] = USER_AGENT;
      return next(call);
    },
    { step: 'deserialize', priority: 'low' },
  );
  return client;
}

/**
 * The bytes of an answer. The SDK's own collector pipes, and Node's `pipe` makes process.stdout to compare
 * with: 3% of an init's CPU time, in the bench's environment.
 */
export function collectBytes(answer: IncomingMessage): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    answer.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    answer.on('end', () => {
      // The SDK takes an empty body for `{}`, which says that there is no such item. DynamoDB itself never
      // sends one.
      if (chunks.length === 0 && Number(answer.statusCode) < 300)
        reject(new LoggableError('DynamoDB answered nothing'));
      else resolve(Buffer.concat(chunks));
    });
    answer.on('error', reject);
  });
}

/** An item as DynamoDB has it. */
export type Item = Record<string, AttributeValue>;

/** An item as plain values. */
export const fromItem = (item: Item): Record<string, unknown> =>
  unmarshall(item, { wrapNumbers: exactNumber });
