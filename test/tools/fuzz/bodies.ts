/** Bodies that a hostile or broken client might send: JSON of all kinds, and what is none. */
import * as fc from 'fast-check';
import { MAX_METADATA_BYTES } from '../../../functions/session/metadata-limits.ts';
import { AGENT_ID, USER_ID } from '../../support/session-item.ts';
import { around, text } from './texts.ts';

/** Numbers as JSON text, whether a double can hold them or not. */
const numberText = fc.oneof(
  fc.constantFrom('-0', '0.0', '1e400', '-1e400', '1e-400', '5e-324', '1e126', '1e125', '1e-130', '9e-131'),
  fc.constantFrom('9007199254740993', '0.1', '1.7976931348623157e308', '12345678901234567890', '1E+2', '1.0'),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map(String),
);

/** Keys as JSON.stringify writes them, or with all but ASCII letters escaped, or with every character. */
const keyText = fc
  .tuple(text, fc.constantFrom(undefined, /[^a-zA-Z]/g, /./gs))
  .map(([key, escaped]) => (escaped ? `"${key.replace(escaped, unicodeEscape)}"` : JSON.stringify(key)));

const unicodeEscape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

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
    .array(fc.tuple(keyText, value), { maxLength: 5 })
    .map((entries) => `{${entries.map(([key, inner]) => `${key}:${inner}`).join(',')}}`);
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
  { weight: 2, arbitrary: metadataText.map((json) => Buffer.from(`{"metadata":${json}}`)) },
  { weight: 1, arbitrary: jsonText.map((json) => Buffer.from(json)) },
  { weight: 1, arbitrary: brokenBytes },
);
