/** The JSON body of a request. */
import { isUtf8 } from 'node:buffer';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { hasAllDigits, InexactNumber } from '../session/exact-number.ts';
import { validationError } from './errors.ts';

/** Room for metadata of the longest kind with every character escaped, and the other fields. */
const MAX_BODY_BYTES = 65_536;

/** @throws HttpError 400 when there is no body, or it is not JSON, or is not said to be, or is too long. */
export function jsonBody(event: APIGatewayProxyEventV2): unknown {
  const contentType = event.headers?.['content-type'] ?? '';
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(contentType)) {
    throw validationError('The content-type must be application/json, in UTF-8');
  }
  const body = event.body ?? '';
  if (body.length > 2 * MAX_BODY_BYTES) throw tooLong();
  const bytes = Buffer.from(body, event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) throw tooLong();
  if (!isUtf8(bytes)) throw validationError('The body is not valid UTF-8');
  const text = bytes.toString('utf8');
  if (text.trim() === '') throw validationError('The body is missing: send a JSON object');
  try {
    return JSON.parse(text, keepExact as (key: string, value: unknown) => unknown);
  } catch {
    throw validationError('The body is not valid JSON');
  }
}

const tooLong = () => validationError(`The body must not be longer than ${MAX_BODY_BYTES} bytes`);

/** `source` is a number as it was sent (Node.js since 21, and not yet in TypeScript's libraries). */
function keepExact(_key: string, value: unknown, { source }: { source?: string }): unknown {
  return typeof value === 'number' && source !== undefined && !hasAllDigits(value, source)
    ? new InexactNumber()
    : value;
}
