/** A Secrets Manager on this machine that has one secret, under whatever name it is asked for. */
import { createServer } from 'node:http';
import { close, isForThisMachine, listen } from '../loopback.ts';

export interface LocalSecretsManager {
  endpoint: string;
  /** Changes the secret, as an operator would. */
  setSecret(text: string): void;
  close(): Promise<void>;
}

/** Serves GetSecretValue on 127.0.0.1, on any free port. */
export async function startSecretsManager(text: string): Promise<LocalSecretsManager> {
  let secret = text;
  const server = createServer((request, response) => {
    request.resume();
    if (!isForThisMachine(request.headers) || request.headers.origin !== undefined) {
      return void response.writeHead(403).end();
    }
    request.on('end', () => {
      const isKnown = request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue';
      response.writeHead(isKnown ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(
        JSON.stringify(isKnown ? { Name: 'local', SecretString: secret } : { __type: 'UnknownOperation' }),
      );
    });
  });
  const port = await listen(server, 0);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    setSecret(changed) {
      secret = changed;
    },
    close: () => close(server),
  };
}
