/** A DynamoDB over TLS on 127.0.0.1 that answers every request with the same item, at next to no cost. */
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

/** @param item the item in DynamoDB's JSON. */
export async function startDynamoDBStub(item: object): Promise<DynamoDBStub> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  const body = Buffer.from(JSON.stringify({ Item: item }));
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': body.length,
    'x-amz-crc32': String(crc32(body)),
    'x-amzn-requestid': 'STUB',
  };
  const server = createServer({ cert, key }, (request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(200, headers).end(body));
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
