/** Paths, queries, headers and bytes that a hostile or broken client might send. */
import * as fc from 'fast-check';
import { AGENT_ID, USER_ID } from '../../support/session-item.ts';
import { around, text } from './texts.ts';

const percentEncoded = (bytes: Uint8Array) =>
  [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

/** A segment of a path as it is on the wire: visible ASCII and no space, `/` or `?`. */
export const idSegment: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('fresh', 'expired', 'nobody'),
  fc.uuid(),
  text.map((value) => encodeURIComponent(value.toWellFormed())),
  fc.uint8Array({ minLength: 1, maxLength: 30 }).map(percentEncoded),
  fc.constantFrom(...'%c0%af %ed%a0%80 % %2 %zz %2e%2e ..%2f.. %2Fa a%2Fb a%3Fb %00 + ;x=1'.split(' ')),
  fc
    .tuple(around(2048), fc.constantFrom('x', '%c3%a9'))
    .map(([length, character]) => character.repeat(Math.min(length, 3000))),
);

/** A query as it is on the wire, without the question mark. */
export const query: fc.Arbitrary<string> = fc.oneof(
  fc.constant(''),
  fc
    .array(
      fc.tuple(
        fc.oneof(fc.constantFrom('userId', 'agentId', 'limit', 'cursor', '__proto__', 'x'), text),
        fc.oneof(
          fc.constantFrom(USER_ID, AGENT_ID, '1', '100', '101', '0', '-1', '1e1', 'e30', 'bnVsbA'),
          text,
        ),
      ),
      { maxLength: 4 },
    )
    .map((pairs) =>
      pairs
        .map(
          ([name, value]) =>
            `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(value.toWellFormed())}`,
        )
        .join('&'),
    ),
  fc.constantFrom(
    ...'& = &&= % %ff=1 limit=1&limit=2 limit cursor=%00'.split(' '),
    `cursor=${'A'.repeat(4000)}`,
  ),
);

/** A header's value: what a line may have. */
const headerValue = fc.oneof(
  fc.string({ maxLength: 30 }).map((value) => value.replace(/[^\x20-\x7e]/g, '')),
  fc
    .uint8Array({ maxLength: 20 })
    .map((bytes) =>
      Buffer.from(bytes.map((byte) => (byte < 32 || byte === 127 ? 33 : byte))).toString('latin1'),
    ),
  fc.constantFrom(
    '',
    '__proto__',
    'x'.repeat(4000),
    'application/json',
    'text/plain',
    'application/json; charset=utf-16',
  ),
);

/** Lines of headers, some of them twice. Not those that say where a message ends. */
export const headers: fc.Arbitrary<[string, string][]> = fc.array(
  fc.tuple(
    fc.constantFrom(
      ...'content-type idempotency-key x-api-key authorization cookie origin x-request-id'.split(' '),
      ...'x-forwarded-for accept accept-encoding user-agent __proto__ constructor x'.split(' '),
    ),
    headerValue,
  ),
  { maxLength: 4 },
);
