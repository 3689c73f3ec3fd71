/** The JSON body of a request. */
import { isUtf8 } from 'node:buffer';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import '../aws/json-parse.ts';
import { INEXACT_NUMBER, isHeldByDouble } from '../session/exact-number.ts';
import { validationError } from './errors.ts';
import { readHeader } from './request.ts';

/** Room for metadata of the longest kind with every character escaped, and the other fields. */
const MAX_BODY_BYTES = 65_536;

const JSON_TYPE = 'application/json';

const OTHER_CHARSET = /^\s*charset\s*=(?!\s*"?utf-8"?\s*$)/i;

/** RFC 7396. */
export const MERGE_PATCH_TYPE = 'application/merge-patch+json';

/** More than metadata may have (session/metadata-limits.ts), and few enough for any stack. */
const MAX_DEPTH = 100;

/**
 * @throws HttpError 400 for a body that is missing, too long, nested too deep, not UTF-8 or not JSON, and for
 * another content type.
 */
export function jsonBody(event: APIGatewayProxyEventV2, alsoType?: string): unknown {
  const [type = '', ...parameters] = (readHeader(event, 'content-type') ?? '').split(';');
  const isKnown = [JSON_TYPE, alsoType].includes(type.trim().toLowerCase());
  if (!isKnown || parameters.some((one) => OTHER_CHARSET.test(one))) {
    const types = alsoType === undefined ? JSON_TYPE : `${JSON_TYPE} or ${alsoType}`;
    throw validationError(`The content-type must be ${types}, in UTF-8`);
  }
  const body = event.body ?? '';
  if (body.length > 2 * MAX_BODY_BYTES) throw tooLong();
  const bytes = Buffer.from(body, event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) throw tooLong();
  if (!isUtf8(bytes)) throw validationError('The body is not valid UTF-8');
  const text = bytes.toString('utf8');
  if (text.trim() === '') throw validationError('The body is missing: send a JSON object');
  // JSON.parse recurses for each level, and again for its reviver.
  if (isDeeperThan(MAX_DEPTH, text)) {
    throw validationError(`The body must not be nested deeper than ${MAX_DEPTH} levels`);
  }
  try {
    return JSON.parse(text, keepExact as (key: string, value: unknown) => unknown);
  } catch {
    throw validationError('The body is not valid JSON');
  }
}

const tooLong = () => validationError(`The body must not be longer than ${MAX_BODY_BYTES} bytes`);

/** Whether JSON text opens more arrays and objects within each other than this. One pass. */
function isDeeperThan(most: number, text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (isInString) {
      if (character === '\\') index += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '[' || character === '{') {
      depth += 1;
      if (depth > most) return true;
    } else if (character === ']' || character === '}') depth -= 1;
  }
  return false;
}

/** `source` is a number as it was sent (Node.js since 21, and not yet in TypeScript's libraries). */
function keepExact(_key: string, value: unknown, { source }: { source?: string }): unknown {
  return typeof value === 'number' && source !== undefined && !isHeldByDouble(value, source)
    ? INEXACT_NUMBER
    : value;
}
