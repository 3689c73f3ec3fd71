/** Texts that mean something to somebody, and sizes near a limit. */
import * as fc from 'fast-check';

/** Names that mean something to JavaScript, DynamoDB or this service. */
const TRICKY_NAMES = [
  ...'__proto__ constructor prototype toString valueOf hasOwnProperty toJSON then length'.split(' '),
  ...'health sessionId sessions null undefined NaN 0 -0 . .. # $ :v0'.split(' '),
  ...['', ' '],
];

const TRICKY_TEXTS = [
  ...TRICKY_NAMES,
  ...['\u0000', 'a\u0000b', '\ud800', '\udfff\ud800', '\uffff', '\ufeff', '\u202e', '\r\n', '\t'],
  ...['𝒳', 'é', 'e\u0301'],
  ...['\\u', '\\n', '\\"', 'k\\', '\n', '\u001f', '"x', 'b', '名前', '"', "'", '\\'],
  ...['<script>', '../../etc/passwd', '%00', '%', '{{7*7}}', "' OR '1'='1"],
];

export const text = fc.oneof(
  fc.constantFrom(...TRICKY_TEXTS),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

/** Around a limit: just below, at, just above, far above. */
export const around = (limit: number) => fc.constantFrom(limit - 1, limit, limit + 1, 2 * limit);
