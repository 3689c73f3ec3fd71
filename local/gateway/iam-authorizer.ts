/** API Gateway's own check of signed requests (AWS Signature Version 4), with one local key. */
import { createHash, createHmac, type Hash, type Hmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Authorize } from './authorizer.ts';
import { GatewayError } from './gateway-error.ts';
import { splitTarget } from './http-event.ts';

export interface LocalKey {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface IamOptions {
  key: LocalKey;
  region: string;
  /** Whether a request needs no signature: the console's need none. */
  isTrusted(request: IncomingMessage): boolean;
}

/**
 * Signatures are good for five minutes (AWS, "Signature Version 4"): of the machine's own time, by which programs
 * sign, wherever the host's clock was moved.
 */
const MOST_AGE_MS = 5 * 60_000;

const SERVICE = 'execute-api';

/** The signer leaves them out; an event has cookies elsewhere. */
const NEVER_SIGNED = ['authorization', 'date', 'cookie'];
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request,\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/;

/** Header signatures only. */
export function iamAuthorizer({ key, region, isTrusted }: IamOptions): Authorize {
  const signer = new SignatureV4({
    service: SERVICE,
    region,
    credentials: key,
    sha256: Sha256,
    applyChecksum: false,
  });

  return async ({ headers }, _onLog, { request, body }) => {
    if (isTrusted(request)) return CONTEXT;
    const { path, rawQueryString } = splitTarget(request);
    const [, accessKeyId, day, inRegion, service, signed = '', signature = ''] =
      headers['authorization']?.match(AUTHORIZATION) ?? [];
    const date = parseDate(headers['x-amz-date'] ?? '');
    const names = signed.split(';');
    const contentHash = headers['x-amz-content-sha256'];
    const expect = (holds: boolean, why: string) => {
      if (!holds) throw new GatewayError(403, why);
    };
    expect(accessKeyId !== undefined, `Sign the request (SigV4, service ${SERVICE}, region ${region})`);
    expect(accessKeyId === key.accessKeyId, 'The signature is not of the local key');
    expect(inRegion === region, `The signature is for the region ${inRegion}, not ${region}`);
    expect(service === SERVICE, `The signature is for the service ${service}, not ${SERVICE}`);
    expect(Math.abs(Date.now() - date.getTime()) <= MOST_AGE_MS, 'x-amz-date is more than five minutes off');
    expect(toDay(date) === day, 'x-amz-date and the credential have different days');
    expect(
      names.includes('host') && names.includes('x-amz-date'),
      'The signature must cover host and x-amz-date',
    );
    expect(
      names.every((name) => Object.hasOwn(headers, name) && !NEVER_SIGNED.includes(name)),
      'A signed header is missing, or is not one to sign',
    );
    expect(!/(^|&)x-amz-signature=/i.test(rawQueryString), 'Sign in headers, not in the query');
    expect(
      contentHash === undefined || contentHash === sha256(body),
      'x-amz-content-sha256 is of another body',
    );
    expect(signed === [...new Set(names)].toSorted().join(';'), 'The signed headers are not in their order');
    const query = toQuery(rawQueryString);
    expect(query !== undefined, 'The query is not encoded as it should be');
    const expected = await signer.sign(
      {
        method: request.method ?? '',
        protocol: 'http:',
        hostname: '',
        path,
        query: query ?? {},
        headers: Object.fromEntries(names.map((name) => [name, headers[name] ?? ''])),
        body,
      },
      { signingDate: date, signableHeaders: new Set(names) },
    );
    const [, own = ''] = expected.headers['authorization']?.match(/Signature=([0-9a-f]{64})$/) ?? [];
    expect(
      own.length === signature.length && timingSafeEqual(Buffer.from(own), Buffer.from(signature)),
      'The signature does not match',
    );
    return CONTEXT;
  };
}

/** The caller's identity in the event. */
const CONTEXT = {
  iam: {
    accessKey: 'local',
    accountId: '000000000000',
    callerId: 'local',
    cognitoIdentity: null,
    principalOrgId: 'local',
    userArn: 'arn:aws:iam::000000000000:user/local',
    userId: 'local',
  },
};

const sha256 = (body: Buffer): string => createHash('sha256').update(body).digest('hex');

/** `20260302T090000Z`; an invalid date for anything else. */
function parseDate(text: string): Date {
  const parts = text.match(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/)?.slice(1) ?? [];
  const [year, month, day, hour, minute, second] = parts;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

const toDay = (date: Date): string => date.toISOString().slice(0, 10).replaceAll('-', '');

/** Values of a name that is given more than once, in a list; undefined for one that can't be decoded. */
function toQuery(rawQueryString: string): Record<string, string | string[]> | undefined {
  const query = new Map<string, string[]>();
  try {
    for (const pair of rawQueryString === '' ? [] : rawQueryString.split('&')) {
      const [name = '', ...value] = pair.replaceAll('+', ' ').split('=').map(decodeURIComponent);
      query.set(name, [...(query.get(name) ?? []), value.join('=')]);
    }
  } catch {
    return undefined;
  }
  return Object.fromEntries(
    [...query].map(([name, [only = '', ...more]]) => [name, more.length === 0 ? only : [only, ...more]]),
  );
}

/** Node.js's SHA-256 and HMAC, as the signer wants them. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(toBytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }
}

function toBytes(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);
}
