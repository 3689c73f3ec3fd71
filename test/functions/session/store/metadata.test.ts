import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactNumber } from '../../../../functions/session/exact-number.ts';
import { metadataFromItem } from '../../../../functions/session/store/metadata.ts';

describe('metadata from an item', () => {
  it('has arrays for sets and base64 for binary, at any depth', () => {
    const stored = { tags: new Set(['a', 'b']), nested: { key: [new Uint8Array([1, 2, 255])] } };
    expect(metadataFromItem(stored)).toEqual({ tags: ['a', 'b'], nested: { key: ['AQL/'] } });
  });

  it('is otherwise what it was, whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (metadata) => {
        expect(JSON.stringify(metadataFromItem(metadata))).toBe(JSON.stringify(metadata));
      }),
    );
  });
});

describe('a stored number', () => {
  it.each(['0', '-1', '30', '1.5', '0.1', '9007199254740991', '-0.000001'])(
    'of %s is that number',
    (digits) => {
      expect(exactNumber(digits)).toBe(Number(digits));
    },
  );

  it.each(['9007199254740993', '0.12345678901234567890123456789', '123456789012345678901234567890'])(
    'with more digits than a double has keeps them all: %s',
    (digits) => {
      expect(JSON.stringify({ n: exactNumber(digits) })).toBe(`{"n":${digits}}`);
    },
  );

  it.each([
    ['1e21', `1${'0'.repeat(21)}`],
    ['1e125', `1${'0'.repeat(125)}`],
    ['1.5e-20', `0.${'0'.repeat(19)}15`],
    ['123456789012345680000', '123456789012345680000'],
  ])('of %s is that number, in as many digits as DynamoDB writes it', (number, digits) => {
    expect(exactNumber(digits)).toBe(Number(number));
  });

  it('is the same number again for every double', () => {
    // DynamoDB has no negative zero.
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
        (number) => {
          expect(Number(JSON.stringify(exactNumber(String(number))))).toBe(number);
        },
      ),
    );
  });
});
