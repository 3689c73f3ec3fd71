/** What a hostile or broken client might send, as bytes. */
import * as fc from 'fast-check';
import { MAX_METADATA_BYTES } from '../../functions/session/metadata-limits.ts';
import { AGENT_ID, USER_ID } from '../support/session-item.ts';

/** Names that mean something to JavaScript, DynamoDB or this service. */
const TRICKY_NAMES = [
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'valueOf',
    'hasOwnProperty',
    'toJSON',
    'then',
    'length',
  ],
  ...[
    'health',
    'sessionId',
    'sessions',
    'null',
    'undefined',
    'NaN',
    '0',
    '-0',
    '',
    ' ',
    '.',
    '..',
    '#',
    '$',
    ':v0',
  ],
];

const TRICKY_TEXTS = [
  ...TRICKY_NAMES,
  ...[
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\udfff\ud800',
    '\uffff',
    '\ufeff',
    '𝒳',
    'é',
    'e\u0301',
    '\u202e',
    '\r\n',
    '\t',
  ],
  ...['<script>', '"', "'", '\\', '../../etc/passwd', '%00', '%', '{{7*7}}', "' OR '1'='1"],
];

const text = fc.oneof(
  fc.constantFrom(...TRICKY_TEXTS),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

/** Around a limit: just below, at, just above, far above. */
const around = (limit: number) => fc.constantFrom(limit - 1, limit, limit + 1, 2 * limit);

/** Numbers as JSON text, whether a double can hold them or not. */
const numberText = fc.oneof(
  fc.constantFrom('-0', '0.0', '1e400', '-1e400', '1e-400', '5e-324', '1e126', '1e125', '1e-130', '9e-131'),
  fc.constantFrom('9007199254740993', '0.1', '1.7976931348623157e308', '12345678901234567890', '1E+2', '1.0'),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map(String),
);

/** JSON text of any value. */
const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('null', 'true', 'false', '""', '[]', '{}'),
    numberText,
    text.map((value) => JSON.stringify(value)),
    // Halves of surrogate pairs, and others that JSON.stringify would not write so.
    fc.constantFrom('"\\ud800"', '"\\udc00\\ud800"', '"\\u0000"', '"\\/"', '"\\u005f_proto__"'),
    fc.array(tie('value'), { maxLength: 4 }).map((values) => `[${values.join(',')}]`),
    objectText(tie('value')),
  ),
})).value;

function objectText(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .array(fc.tuple(text, value), { maxLength: 5 })
    .map((entries) => `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${inner}`).join(',')}}`);
}

const nested = (levels: number, open: string, inner: string, close: string) =>
  open.repeat(levels) + inner + close.repeat(levels);

/** JSON text of what a client might call metadata: mostly objects. */
export const metadataText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: objectText(jsonText) },
  { weight: 1, arbitrary: jsonText },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 40 }).map((levels) => nested(levels, '{"a":', '1', '}')),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(100, 5000, 15_000).map((levels) => `{"a":${nested(levels, '[', '', ']')}}`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(around(MAX_METADATA_BYTES), fc.constantFrom('x', 'é', '𝒳'))
      .map(([bytes, character]) => {
        const room = bytes - Buffer.byteLength('{"a":""}');
        return `{"a":"${character.repeat(Math.max(0, Math.floor(room / Buffer.byteLength(character))))}"}`;
      }),
  },
);

const fieldText = fc.oneof(
  jsonText,
  fc.constantFrom(
    JSON.stringify(AGENT_ID),
    JSON.stringify(USER_ID),
    '5',
    '1440',
    '1441',
    '4',
    '30',
    'true',
    '"30"',
  ),
);

/** JSON text of a create's body: most fields as they should be, some not, some twice. */
const createText = fc
  .record({
    agentId: fc.option(fieldText, { freq: 4, nil: JSON.stringify(AGENT_ID) }),
    userId: fc.option(fieldText, { freq: 4, nil: JSON.stringify(USER_ID) }),
    metadata: fc.option(metadataText, { nil: '{}' }),
    timeoutConfig: fc.option(fieldText, { nil: '{"timeoutMinutes":60}' }),
    more: fc.option(fc.tuple(text, jsonText), { freq: 6, nil: undefined }),
  })
  .map(({ more, ...fields }) => {
    const entries = Object.entries(fields).map(([key, value]) => `"${key}":${value}`);
    return `{${[...entries, ...(more ? [`${JSON.stringify(more[0])}:${more[1]}`] : [])].join(',')}}`;
  });

const timeoutText = fc
  .dictionary(
    fc.constantFrom(
      'timeoutMinutes',
      'autoRenew',
      'maxDurationMinutes',
      'warningThresholdMinutes',
      '__proto__',
      'x',
    ),
    fieldText,
  )
  .map((fields) => `{${Object.entries(fields).map(([key, value]) => `"${key}":${value}`)}}`);

/** What is no JSON, or no UTF-8, or too much of it. */
const brokenBytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map(Buffer.from),
  fc
    .constantFrom(
      [0xc0, 0xaf],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xff, 0xfe],
      [0xef, 0xbb, 0xbf],
    )
    .map((bytes) => Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bytes), Buffer.from('"}')])),
  fc
    .constantFrom('', ' ', '{', '{"a":1', '[', 'undefined', '{}{}', "{'a':1}", '{"a":1,}', '//', 'NaN')
    .map(Buffer.from),
  around(65_536).map((bytes) => Buffer.from(`{"x":"${'y'.repeat(bytes - 8)}"}`)),
  fc.constantFrom(1000, 30_000).map((levels) => Buffer.from(nested(levels, '[', '', ']'))),
);

/** A body for a route that takes one. */
export const body: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 4, arbitrary: createText.map((json) => Buffer.from(json)) },
  { weight: 2, arbitrary: timeoutText.map((json) => Buffer.from(json)) },
  { weight: 1, arbitrary: jsonText.map((json) => Buffer.from(json)) },
  { weight: 1, arbitrary: brokenBytes },
);

const percentEncoded = (bytes: Uint8Array) =>
  [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

/** A segment of a path as it is on the wire: visible ASCII and no space, `/` or `?`. */
export const idSegment: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('fresh', 'expired', 'nobody'),
  fc.uuid(),
  text.map((value) => encodeURIComponent(value.toWellFormed())),
  fc.uint8Array({ minLength: 1, maxLength: 30 }).map(percentEncoded),
  fc.constantFrom(
    '%c0%af',
    '%ed%a0%80',
    '%',
    '%2',
    '%zz',
    '%2e%2e',
    '..%2f..',
    '%2Fa',
    'a%2Fb',
    'a%3Fb',
    '%00',
    '+',
    ';x=1',
  ),
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
    '&',
    '=',
    '&&=',
    '%',
    '%ff=1',
    'limit=1&limit=2',
    'limit',
    'cursor=%00',
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
      ...[
        'content-type',
        'idempotency-key',
        'x-api-key',
        'authorization',
        'cookie',
        'origin',
        'x-request-id',
      ],
      ...['x-forwarded-for', 'accept', 'accept-encoding', 'user-agent', '__proto__', 'constructor', 'x'],
    ),
    headerValue,
  ),
  { maxLength: 4 },
);

/** Bytes near those of a good request: some are removed, changed or put between. */
export const mangled = (request: Buffer): fc.Arbitrary<Buffer> =>
  fc
    .array(
      fc.record({
        at: fc.nat({ max: request.length }),
        remove: fc.nat({ max: 12 }),
        insert: fc.oneof(
          fc.uint8Array({ maxLength: 8 }).map(Buffer.from),
          fc
            .constantFrom('\r\n', '\n', '\r', '\0', ' ', ':', '%', '\r\n\r\n', 'HTTP/1.0', '0\r\n\r\n')
            .map((it) => Buffer.from(it)),
        ),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((edits) =>
      edits.reduce(
        (bytes, { at, remove, insert }) =>
          Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]),
        request,
      ),
    );
