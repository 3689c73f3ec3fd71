/** Reads a secret from AWS Secrets Manager. */

import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientConfig } from '../aws/client-config.ts';
import { withDeadline } from '../aws/deadlines.ts';
import { API_KEYS_SECRET, type Environment, SECRETS_MANAGER_ENDPOINT } from '../aws/environment.ts';
import { LoggableError } from '../aws/loggable-error.ts';

/**
 * @returns the secret's text at each call, within so many milliseconds. @throws the SDK's errors when Secrets Manager does not give it.
 */
export function secretReader(environment?: Environment): (deadline: number) => Promise<string> {
  const client = new SecretsManagerClient(clientConfig(SECRETS_MANAGER_ENDPOINT, environment));
  return async (deadline) => {
    const command = new GetSecretValueCommand({ SecretId: API_KEYS_SECRET.read(environment) });
    const { SecretString: text } = await withDeadline(deadline, (abortSignal) =>
      client.send(command, { abortSignal }),
    );
    if (text === undefined) throw new LoggableError('The secret with the API keys is not text');
    return text;
  };
}
