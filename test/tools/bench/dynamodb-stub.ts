/**
 * A DynamoDB and a Secrets Manager over TLS on 127.0.0.1, at next to no cost: every id and every list is that
 * of the same item, and every write succeeds.
 */
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import { generate } from 'selfsigned';

export interface DynamoDBStub {
  endpoint: string;
  /** The certificate that clients must trust, in PEM. */
  certificate: string;
  close(): void;
}

/** @param item in DynamoDB's JSON. @param apiKey what the secret holds. */
export async function startDynamoDBStub(
  item: object,
  tableName: string,
  apiKey: string,
): Promise<DynamoDBStub> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  const units = { CapacityUnits: 0.5 };
  const answers = new Map(
    Object.entries({
      GetItem: { Item: item },
      Scan: { Items: [item], ConsumedCapacity: units },
      Query: { Items: [item], ConsumedCapacity: units },
      BatchGetItem: { Responses: { [tableName]: [item] }, ConsumedCapacity: [units] },
      DescribeTable: { Table: { ItemCount: 1 } },
      GetSecretValue: { SecretString: JSON.stringify({ bench: apiKey }) },
    }).map(([operation, content]) => [operation, answer(content)]),
  );
  const written = answer({});
  const server = createServer({ cert, key }, (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    const { headers, body } = answers.get(operation) ?? written;
    request.resume().on('end', () => response.writeHead(200, headers).end(body));
  });
  server.keepAliveTimeout = 600_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `https://localhost:${(server.address() as AddressInfo).port}`,
    certificate: cert,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answer(content: object) {
  const body = Buffer.from(JSON.stringify(content));
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': body.length,
    'x-amz-crc32': String(crc32(body)),
    'x-amzn-requestid': 'STUB',
  };
  return { headers, body };
}
