import { expect, it } from 'vitest';
import { startSecretsManager } from '../../../local/gateway/secrets-manager.ts';
import { exchange } from '../../support/raw-http.ts';

it.each([
  ['a Host header of another site', 'host: evil.example'],
  ['an Origin, which pages have', 'host: 127.0.0.1\r\norigin: http://127.0.0.1'],
])('the local Secrets Manager gives no keys to a request with %s', async (_what, headers) => {
  const secrets = await startSecretsManager('{"one":"a-secret-key"}');
  const response = await exchange(
    secrets.endpoint,
    `POST / HTTP/1.1\r\n${headers}\r\nx-amz-target: secretsmanager.GetSecretValue\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
  );
  expect(response).toMatch(/^HTTP\/1.1 403 /);
  expect(response).not.toContain('a-secret-key');
  await secrets.close();
});
