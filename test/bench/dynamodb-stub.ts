/**
 * A DynamoDB over TLS on 127.0.0.1 that has the same item under every id, and no list, at next to no cost.
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

/**
 * @param item the item in DynamoDB's JSON. There is none under the id of a single space, which is what
 * functions read before they have a request.
 */
export async function startDynamoDBStub(item: object): Promise<DynamoDBStub> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  const found = answer({ Item: item });
  const missing = answer({});
  const others = answer({ Items: [], Table: { ItemCount: 1 }, ConsumedCapacity: { CapacityUnits: 0.5 } });
  const server = createServer({ cert, key }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const isRead = request.headers['x-amz-target'] === 'DynamoDB_20120810.GetItem';
    const ofItem = Buffer.concat(chunks).includes('{"S":" "}') ? missing : found;
    const { headers, body } = isRead ? ofItem : others;
    response.writeHead(200, headers).end(body);
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
