/** Reads a secret from AWS Secrets Manager. */

import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientConfig } from '../aws/client-config.ts';
import { CALL_DEADLINE_MS, withDeadline } from '../aws/deadlines.ts';
import { LoggableError } from '../observability/loggable-error.ts';

/** The environment variable with the ARN of the secret that holds the API keys. */
export const SECRET_VARIABLE = 'API_KEYS_SECRET';

/** The environment variable with Secrets Manager's URL. */
export const SECRETS_ENDPOINT_VARIABLE = 'SECRETS_MANAGER_ENDPOINT';

/** @returns the secret's text at each call. @throws the SDK's errors when Secrets Manager does not give it. */
export function secretReader(environment: NodeJS.ProcessEnv): () => Promise<string> {
  const client = new SecretsManagerClient(clientConfig(environment, SECRETS_ENDPOINT_VARIABLE));
  return async () => {
    const command = new GetSecretValueCommand({ SecretId: environment[SECRET_VARIABLE] });
    const { SecretString: text } = await withDeadline(CALL_DEADLINE_MS, (abortSignal) =>
      client.send(command, { abortSignal }),
    );
    if (text === undefined) throw new LoggableError('The secret with the API keys is not text');
    return text;
  };
}
