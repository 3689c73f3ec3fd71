import { marshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../../functions/session/canonical-json.ts';
import { fromItem, type Item } from '../../../../functions/session/store/dynamodb.ts';
import { mergeMetadata } from '../../../../functions/session/store/merge-metadata.ts';
import { attributeFromMetadata, metadataFromItem } from '../../../../functions/session/store/metadata.ts';

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The pseudocode of RFC 7396, section 2, as it stands. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Json = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = mergePatch(merged[name], value);
  }
  return merged;
}

const store = (metadata: Json): Item =>
  marshall(attributeFromMetadata(metadata), { allowImpreciseNumbers: true }) as Item;
const see = (item: Item): Json => metadataFromItem(fromItem(item));

/** Few keys, so that patches and documents meet. */
const key = fc.constantFrom('a', 'b', 'c', 'constructor', 'toString', 'x y', 'ключ');
const scalar = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, '', 'text', 0, 1, -1.5, 1e21, '0'),
  fc.integer(),
);
const { document } = fc.letrec<{ document: Json; value: unknown }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, scalar, fc.array(tie('value'), { maxLength: 3 }), tie('document')),
  document: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
}));

describe('a merge patch of metadata', () => {
  it('gives what RFC 7396 says, and leaves its target alone', () => {
    fc.assert(
      fc.property(document, document, (target, patch) => {
        const stored = store(target);
        const before = structuredClone(stored);
        const merged = see(mergeMetadata(stored, patch));
        expect(canonicalJson(merged)).toBe(canonicalJson(mergePatch(target, patch)));
        expect(stored).toEqual(before);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives back the very metadata when it changes nothing', () => {
    fc.assert(
      fc.property(document, document, (target, patch) => {
        const once = mergeMetadata(store(target), patch);
        expect(mergeMetadata(once, patch)).toBe(once);
        expect(mergeMetadata(once, {})).toBe(once);
      }),
    );
  });

  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])("is right in the RFC's own test case %j with %j", (target, patch, result) => {
    expect(see(mergeMetadata(store(target), patch))).toEqual(result);
  });

  it('leaves what it does not name as another program stored it, type by type', () => {
    const stored: Item = {
      set: { SS: ['a', 'b'] },
      numbers: { NS: ['1', '2'] },
      binary: { B: new Uint8Array([1, 2, 3]) },
      exact: { N: '12345678901234567890123456789012345678' },
      inner: { M: { set: { BS: [new Uint8Array([4])] }, gone: { S: 'x' } } },
    };
    const { inner, ...rest } = mergeMetadata(stored, { inner: { gone: null, new: [1] }, added: 'y' });
    const { added, ...others } = rest;
    expect(added).toEqual({ S: 'y' });
    const { inner: _, ...before } = stored;
    expect(others).toEqual(before);
    expect(inner).toEqual({ M: { set: { BS: [new Uint8Array([4])] }, new: { L: [{ N: '1' }] } } });
  });
});
