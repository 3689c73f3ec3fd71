/** The AWS credentials that the local host and its functions use. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { StartError } from '../start-error.ts';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** An emulator asks for a signature and checks none; DynamoDB Local wants letters and digits only. */
const EMULATOR_CREDENTIALS: Credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/**
 * For AWS itself, what the SDK's default chain finds (environment, profile, SSO). For an emulator the
 * environment's, if there are any: DynamoDB Local keeps the tables of each access key apart.
 * @throws StartError when AWS is asked for and there are none.
 */
export async function credentialsFor(endpoint: string): Promise<Credentials> {
  if (/\.amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname)) {
    try {
      return await new DynamoDBClient({ endpoint }).config.credentials();
    } catch (error) {
      throw new StartError(`No AWS credentials for ${endpoint}: ${(error as Error).message}`);
    }
  }
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
  if (!accessKeyId || !secretAccessKey) return EMULATOR_CREDENTIALS;
  const sessionToken = process.env['AWS_SESSION_TOKEN'];
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}
