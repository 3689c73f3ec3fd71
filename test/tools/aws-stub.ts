/**
 * A DynamoDB and a Secrets Manager on 127.0.0.1, at next to no cost: every id and every list is that of the same
 * item, and every write succeeds.
 */
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { crc32 } from 'node:zlib';
import { close, listen } from '../../local/loopback.ts';

/** What the secret holds. */
export const API_KEY = 'a-key';

export const TABLE = 'sessions';

export interface AwsStubOptions {
  /** In DynamoDB's JSON. */
  item: object;
  /** In PEM. Serves HTTPS on localhost in place of HTTP. */
  tls?: { cert: string; key: string };
  /** Every update of this number loses its race, which makes a function read and wait and try again. */
  lostRace?: number;
}

export async function startAwsStub({ item, tls, lostRace = Number.POSITIVE_INFINITY }: AwsStubOptions) {
  const units = { CapacityUnits: 0.5 };
  const responses = new Map(
    Object.entries({
      GetItem: { Item: item },
      Scan: { Items: [item], ConsumedCapacity: units },
      Query: { Items: [item], ConsumedCapacity: units },
      BatchGetItem: { Responses: { [TABLE]: [item] }, ConsumedCapacity: [units] },
      DescribeTable: { Table: { ItemCount: 1 } },
      GetSecretValue: { SecretString: JSON.stringify({ one: API_KEY }) },
    }).map(([operation, content]) => [operation, toResponse(content)]),
  );
  const written = toResponse({});
  const lost = toResponse({ __type: 'x#ConditionalCheckFailedException' });
  let updates = 0;
  const onRequest: RequestListener = (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    if (operation === 'UpdateItem') updates += 1;
    const isLost = operation === 'UpdateItem' && updates % lostRace === 0;
    const { headers, body } = isLost ? lost : (responses.get(operation) ?? written);
    request.resume().on('end', () => response.writeHead(isLost ? 400 : 200, headers).end(body));
  };
  const server = tls ? createTlsServer(tls, onRequest) : createServer(onRequest);
  server.keepAliveTimeout = 600_000;
  const port = await listen(server, 0);
  return {
    endpoint: tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    close: () => close(server),
  };
}

function toResponse(content: object) {
  const body = Buffer.from(JSON.stringify(content));
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': body.length,
    'x-amz-crc32': String(crc32(body)),
    'x-amzn-requestid': 'STUB',
  };
  return { headers, body };
}
