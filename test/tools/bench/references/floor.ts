/**
 * The floor: one GetItem, signed by hand and sent over node:https, without the SDK. What a GET of a session
 * can't do without: a TLS connection kept alive, AWS Signature Version 4 with its key derived once a day,
 * JSON in and out.
 */
import { createHash, createHmac } from 'node:crypto';
import { Agent, request } from 'node:https';

const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN = '' } = process.env;
const { AWS_REGION = '', DYNAMODB_ENDPOINT = '', TABLE_NAME = '' } = process.env;
const { hostname, port, host } = new URL(DYNAMODB_ENDPOINT);
const agent = new Agent({ keepAlive: true });

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let signingKey: Buffer = Buffer.alloc(0);
let signingDay = '';

function authorization(body: string, date: string): string {
  const day = date.slice(0, 8);
  if (day !== signingDay) {
    const region = hmac(hmac(`AWS4${AWS_SECRET_ACCESS_KEY}`, day), AWS_REGION);
    signingKey = hmac(hmac(region, 'dynamodb'), 'aws4_request');
    signingDay = day;
  }
  const signed = 'host;x-amz-date;x-amz-security-token;x-amz-target';
  const headers = `host:${host}\nx-amz-date:${date}\nx-amz-security-token:${AWS_SESSION_TOKEN}\nx-amz-target:DynamoDB_20120810.GetItem\n`;
  const canonical = `POST\n/\n\n${headers}\n${signed}\n${sha256(body)}`;
  const scope = `${day}/${AWS_REGION}/dynamodb/aws4_request`;
  const signature = hmac(signingKey, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`).toString(
    'hex',
  );
  return `AWS4-HMAC-SHA256 Credential=${AWS_ACCESS_KEY_ID}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
}

function getItem(sessionId: string): Promise<string> {
  const body = JSON.stringify({
    TableName: TABLE_NAME,
    Key: { sessionId: { S: sessionId } },
    ConsistentRead: true,
  });
  const date = new Date().toISOString().replace(/[:-]|\.\d{3}/g, '');
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        hostname,
        port,
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'content-length': Buffer.byteLength(body),
          'x-amz-date': date,
          'x-amz-security-token': AWS_SESSION_TOKEN,
          'x-amz-target': 'DynamoDB_20120810.GetItem',
          authorization: authorization(body, date),
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve(text));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

interface Event {
  pathParameters: { sessionId: string };
}

export async function handler(event: Event): Promise<object> {
  const { Item: item } = JSON.parse(await getItem(event.pathParameters.sessionId));
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(item) };
}
